import { useSession } from '@tongxin/core'
import { ref } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'

export const outdated = ref(false)

export const router = createRouter({
  history: createWebHistory('/desk/'),
  routes: [
    { path: '/', component: () => import('./pages/QueuePage.vue'), meta: { title: 'title.queue' } },
    { path: '/r/:id', component: () => import('./pages/RecordPage.vue'), props: true, meta: { title: 'title.record' } },
    { path: '/new', component: () => import('./pages/NewPage.vue'), meta: { title: 'title.new' } },
    { path: '/board', component: () => import('./pages/BoardPage.vue'), meta: { title: 'title.board' } },
    {
      path: '/screen',
      component: () => import('./pages/ScreenPage.vue'),
      meta: { title: 'title.screen', bare: true },
    },
    {
      path: '/organisation',
      component: () => import('./pages/OrganisationPage.vue'),
      meta: { title: 'title.organisation' },
    },
    { path: '/staffing', component: () => import('./pages/StaffingPage.vue'), meta: { title: 'staffing.title' } },
    { path: '/grids', component: () => import('./pages/GridsPage.vue'), meta: { title: 'title.grids' } },
    { path: '/calendars', component: () => import('./pages/CalendarsPage.vue'), meta: { title: 'title.calendars' } },
    { path: '/tokens', component: () => import('./pages/TokensPage.vue'), meta: { title: 'title.tokens' } },
    { path: '/audit', component: () => import('./pages/AuditPage.vue'), meta: { title: 'title.audit', admin: true } },
    {
      path: '/access',
      component: () => import('./pages/AccessPage.vue'),
      meta: { title: 'title.access', admin: true },
    },
    {
      path: '/health',
      component: () => import('./pages/HealthPage.vue'),
      meta: { title: 'title.health', admin: true },
    },
    { path: '/codes', component: () => import('./pages/CodesPage.vue'), meta: { title: 'title.codes' } },
    { path: '/packs', component: () => import('./pages/PacksPage.vue'), meta: { title: 'title.packs' } },
    { path: '/imports', component: () => import('./pages/ImportsPage.vue'), meta: { title: 'title.imports' } },
    {
      path: '/imports/:id',
      component: () => import('./pages/ImportPage.vue'),
      props: true,
      meta: { title: 'title.imports' },
    },
    { path: '/rosters', component: () => import('./pages/duty/RosterPage.vue'), meta: { title: 'duty.rosters' } },
    { path: '/callup', component: () => import('./pages/duty/CallUpPage.vue'), meta: { title: 'duty.callup' } },
    { path: '/patrols', component: () => import('./pages/duty/PatrolPage.vue'), meta: { title: 'duty.patrols' } },
    { path: '/links', component: () => import('./pages/duty/LinksPage.vue'), meta: { title: 'duty.links' } },
    { path: '/books', component: () => import('./pages/ledger/BooksPage.vue'), meta: { title: 'title.books' } },
    { path: '/pairing', component: () => import('./pages/ledger/PairingPage.vue'), meta: { title: 'title.pairing' } },
    { path: '/messages', component: () => import('./pages/MessagesPage.vue'), meta: { title: 'title.messages' } },
    { path: '/outgoing', component: () => import('./pages/OutgoingPage.vue'), meta: { title: 'outgoing.title' } },
    { path: '/me', component: () => import('./pages/MePage.vue'), meta: { title: 'title.me' } },
    {
      path: '/sign-in',
      component: () => import('./pages/SignInPage.vue'),
      meta: { title: 'title.sign_in', open: true },
    },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})

// Only people with a post work at the desk; what only administrators may read is not even asked for by others. Whose post needs a
// second factor sets one up first: until then the server opens nothing else.
router.beforeEach(async (to) => {
  if (to.meta.open) return true
  const session = useSession()
  if (!session.known) await session.load()
  if (!session.signedIn) return { path: '/sign-in', query: { back: to.fullPath } }
  if (session.session?.totp_required && !session.session.totp_enabled && to.path !== '/me') return '/me'
  return to.meta.admin && !session.session?.admin ? '/organisation' : true
})
router.onError((fault) => {
  if (/import|fetch|load/i.test(String(fault)) && navigator.onLine) outdated.value = true
})
