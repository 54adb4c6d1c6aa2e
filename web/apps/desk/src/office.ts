// The pages of administration. Those marked are for administrators alone; the others every post may read.
export const officePages = [
  { to: '/organisation', word: 'title.organisation', admin: false },
  { to: '/staffing', word: 'staffing.title', admin: false },
  { to: '/grids', word: 'title.grids', admin: false },
  { to: '/imports', word: 'title.imports', admin: false },
  { to: '/packs', word: 'title.packs', admin: false },
  { to: '/calendars', word: 'title.calendars', admin: false },
  { to: '/tokens', word: 'title.tokens', admin: false },
  { to: '/outgoing', word: 'outgoing.title', admin: false },
  { to: '/audit', word: 'title.audit', admin: true },
  { to: '/access', word: 'title.access', admin: true },
  { to: '/health', word: 'title.health', admin: true },
] as const
