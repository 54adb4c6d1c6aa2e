export default {
  reasoning: '计算过程', whose: '哪个村、社区或单位的账', no_accounts: '这里没有您能看的账户。', day: '日期', memo: '摘要', reason: '事由',
  came: '收入', went: '支出', balance: '余额', number: '事项', save: '导出表格', more: '更早的', months: '各月', closed: '已结账',
  close: '结账', post: '记一笔', from: '付出账户', to: '收入账户', amount: '金额（元）', posted: '已记账', undo: '冲销',
  undo_why: '为什么冲销？', undone_done: '已冲销', closed_done: '{n} 已结账', behind: '数字背后的事项', pairing_empty: '还没有结对台账。',
}
