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
      path: '/organisation',
      component: () => import('./pages/OrganisationPage.vue'),
      meta: { title: 'title.organisation' },
    },
    { path: '/codes', component: () => import('./pages/CodesPage.vue'), meta: { title: 'title.codes' } },
    { path: '/packs', component: () => import('./pages/PacksPage.vue'), meta: { title: 'title.packs' } },
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

// Only people with a post work at the desk.
router.beforeEach(async (to) => {
  if (to.meta.open) return true
  const session = useSession()
  if (!session.known) await session.load()
  return session.signedIn ? true : { path: '/sign-in', query: { back: to.fullPath } }
})
router.onError((fault) => {
  if (/import|fetch|load/i.test(String(fault)) && navigator.onLine) outdated.value = true
})
