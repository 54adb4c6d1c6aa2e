export default {
  reasoning: 'How it was calculated', whose: 'Whose books', no_accounts: 'No account here that you may see.', day: 'Day', memo: 'What for', reason: 'Reason',
  came: 'In', went: 'Out', balance: 'Balance', number: 'Record', save: 'Save as a table', more: 'Earlier', months: 'Months', closed: 'closed',
  close: 'Close', post: 'Post', from: 'From', to: 'To', amount: 'Amount (yuan)', posted: 'Posted', undo: 'Undo',
  undo_why: 'Why is it undone?', undone_done: 'Undone', closed_done: '{n} is closed', behind: 'Records behind it', pairing_empty: 'No register of pairings yet.',
}
