import { ref } from 'vue'
import { createRouter, createWebHistory, START_LOCATION } from 'vue-router'
import HomePage from './pages/HomePage.vue'

// Set when a lazy page could not be fetched: a newer release took its place on the server.
export const outdated = ref(false)

export const router = createRouter({
  history: createWebHistory('/'),
  // The first page stands at its top already; to be told so would lay it out before it is whole.
  scrollBehavior: (_to, from, saved) => saved ?? (from !== START_LOCATION && { top: 0 }),
  routes: [
    { path: '/', component: HomePage, meta: { title: 'title.home', bar: true } },
    { path: '/report', component: () => import('./pages/ReportPage.vue'), meta: { title: 'title.report' } },
    { path: '/report/done', component: () => import('./pages/DonePage.vue'), meta: { title: 'title.done' } },
    {
      path: '/s/:code',
      component: () => import('./pages/ReportPage.vue'),
      props: true,
      meta: { title: 'title.report' },
    },
    { path: '/mine', component: () => import('./pages/MinePage.vue'), meta: { title: 'title.mine', bar: true } },
    { path: '/m/:id', component: () => import('./pages/MatterPage.vue'), props: true, meta: { title: 'title.matter' } },
    {
      path: '/f/:code',
      component: () => import('./pages/MatterPage.vue'),
      props: true,
      meta: { title: 'title.matter' },
    },
    { path: '/near', component: () => import('./pages/NearPage.vue'), meta: { title: 'title.near', bar: true } },
    {
      path: '/accounts',
      component: () => import('./pages/ledger/AccountsPage.vue'),
      meta: { title: 'title.accounts', bar: true },
    },
    {
      path: '/accounts/:id',
      component: () => import('./pages/ledger/StatementPage.vue'),
      props: true,
      meta: { title: 'title.statement' },
    },
    { path: '/shop', component: () => import('./pages/ledger/ShopPage.vue'), meta: { title: 'title.shop', bar: true } },
    {
      path: '/donation',
      component: () => import('./pages/ledger/DonationPage.vue'),
      meta: { title: 'title.donation', bar: true },
    },
    {
      path: '/duties',
      component: () => import('./pages/duties/DutiesPage.vue'),
      meta: { title: 'title.duties', bar: true },
    },
    {
      path: '/duties/turn/:id',
      component: () => import('./pages/duties/TurnPage.vue'),
      props: true,
      meta: { title: 'title.duties' },
    },
    {
      path: '/duties/roster/:record',
      component: () => import('./pages/duties/RosterPage.vue'),
      props: true,
      meta: { title: 'title.duties' },
    },
    {
      path: '/duties/check/:record',
      component: () => import('./pages/duties/CheckInPage.vue'),
      props: true,
      meta: { title: 'title.duties' },
    },
    {
      path: '/duties/mine',
      component: () => import('./pages/duties/DutySettingsPage.vue'),
      meta: { title: 'title.duties' },
    },
    { path: '/me', component: () => import('./pages/MePage.vue'), meta: { title: 'title.me', bar: true } },
    { path: '/me/data', component: () => import('./pages/MyDataPage.vue'), meta: { title: 'title.data' } },
    { path: '/sign-in', component: () => import('./pages/SignInPage.vue'), meta: { title: 'title.sign_in' } },
    {
      path: '/w',
      component: () => import('./pages/TodayPage.vue'),
      meta: { title: 'title.today', bar: true, staff: true },
    },
    {
      path: '/w/task/:id',
      component: () => import('./pages/MatterPage.vue'),
      props: (route) => ({ id: route.params.id, worker: true }),
      meta: { title: 'title.task', staff: true },
    },
    { path: '/w/log', component: () => import('./pages/LogPage.vue'), meta: { title: 'title.log', staff: true } },
    {
      path: '/w/outbox',
      component: () => import('./pages/OutboxPage.vue'),
      meta: { title: 'title.outbox', bar: true },
    },
    { path: '/:rest(.*)*', component: () => import('./pages/LostPage.vue'), meta: { title: 'title.lost', bar: true } },
  ],
})

router.onError((fault) => {
  if (/import|fetch|load/i.test(String(fault)) && navigator.onLine) outdated.value = true
})
