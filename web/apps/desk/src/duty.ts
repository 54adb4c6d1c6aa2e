// The pages of duties: one entry of the rail, with pages of its own.
export const dutyPages = [
  { to: '/rosters', word: 'duty.rosters' },
  { to: '/callup', word: 'duty.callup' },
  { to: '/patrols', word: 'duty.patrols' },
  { to: '/links', word: 'duty.links' },
] as const
