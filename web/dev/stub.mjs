// A stand-in for the server while the web app is developed and its parts are tested: in memory, never shipped. It answers
// /v1 as src/serve/api.hpp says and serves web/dist under the real content security policy. TONGXIN_STUB_PORT, 8787.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  areas,
  boundaries,
  buildings,
  chain,
  communities,
  event,
  grids,
  id,
  make,
  orgs,
  people,
  records,
  street,
} from './stub-data.mjs'
import { byWhom, kinds, next } from './stub-kinds.mjs'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const sessions = new Map()
const streams = new Set()
const replays = new Map()
const files = new Map()
const follows = new Map()
export const counts = { records: 0 }

const policy =
  "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
class No extends Error {
  constructor(status, code, detail, errors = [], more = {}) {
    super(detail)
    Object.assign(this, {
      status,
      problem: { type: 'about:blank', title: code, status, code, detail, errors, request_id: id(), ...more },
    })
  }
}
const metres = (a, b) => Math.hypot((a.lon - b.lon) * 95_800, (a.lat - b.lat) * 111_000)
const row = (record, at) => ({
  id: record.id,
  kind: record.kind,
  number: record.number,
  title: record.title,
  state: record.state,
  version: record.version,
  open: record.open,
  urgent: record.urgent,
  late: record.deadlines.some((one) => one.late),
  category: record.category,
  area: record.grid,
  place_text: record.place_text,
  lon: record.lon,
  lat: record.lat,
  holder_org: record.holder_org,
  holder: record.holder,
  source: record.source,
  created_at: record.created_at,
  updated_at: record.updated_at,
  due_at: record.deadlines[0]?.due_at,
  light: record.deadlines[0]?.light,
  ...(at && { distance_m: Math.round(metres(record, at)) }),
  ...(record.files[0] && { photo: record.files[0].id }),
})
function may(action, who, record, follow) {
  const by = byWhom[action.name]
  const mine = follow || (who && record.reporterLogin === who)
  if (by === 'reporter') return mine
  if (by === 'resident') return who && !mine
  if (!who || who.role === 'resident') return false
  return by === 'staff' || by === who.role || who.admin || (by === 'worker' && who.role === 'worker')
}
function view(record, who, follow) {
  const { reporterLogin, childIds, ...shown } = record
  const actions = kinds[record.kind].actions.filter(
    (one) => one.from.includes(record.state) && may(one, who, record, follow),
  )
  return {
    ...shown,
    mine: !!follow || (!!who && reporterLogin === who),
    actions,
    children: (childIds ?? []).map((child) => row(records.find((one) => one.id === child))),
  }
}
function list(query, who) {
  let found = records.filter((one) => one.kind !== undefined)
  const at =
    query.get('lon') && query.get('lat') ? { lon: Number(query.get('lon')), lat: Number(query.get('lat')) } : null
  const kind = query.get('list') ?? 'area'
  if (kind === 'mine') found = found.filter((one) => one.reporterLogin === who)
  if (kind === 'public')
    found = found.filter((one) => one.kind === 'issue' && !['rejected', 'withdrawn', 'merged'].includes(one.state))
  if (kind === 'todo')
    found = found.filter((one) => one.open && (who?.role !== 'worker' || one.place_text.startsWith('桃园')))
  if (query.get('area')) found = found.filter((one) => one.areas.some((a) => a.id === query.get('area')))
  for (const name of ['kind', 'state', 'category'])
    if (query.get(name)) found = found.filter((one) => query.get(name).split(',').includes(one[name]))
  if (query.get('open')) found = found.filter((one) => String(one.open) === query.get('open'))
  if (query.get('late') === 'true') found = found.filter((one) => one.deadlines.some((d) => d.late))
  if (query.get('q')) found = found.filter((one) => (one.title + one.number + one.place_text).includes(query.get('q')))
  const rows = found.map((one) => row(one, at))
  if (query.get('sort') === 'due') rows.sort((a, b) => (a.due_at ?? '9').localeCompare(b.due_at ?? '9'))
  else rows.sort((a, b) => b.created_at.localeCompare(a.created_at))
  return rows
}
const paged = (rows, query) => {
  const from = Number(query.get('cursor') ?? 0)
  const limit = Number(query.get('limit') ?? 50)
  return { items: rows.slice(from, from + limit), ...(from + limit < rows.length && { next: String(from + limit) }) }
}
const need = (who) => {
  if (!who) throw new No(401, 'unauthorized', '请先登录')
  return who
}
const sessionView = (who) => ({
  person: who.person,
  posts: who.posts,
  staff: who.posts.length > 0,
  admin: !!who.admin,
  totp_enabled: !!who.totp,
  totp_required: false,
  csrf: 'stub-csrf',
  expires_at: new Date(Date.now() + 8 * 3_600_000).toISOString(),
})
const begin = (who) => {
  const token = id() + Math.random().toString(36).slice(2)
  sessions.set(token, who)
  return { body: sessionView(who), headers: { 'set-cookie': `tongxin=${token}; Path=/; HttpOnly; SameSite=Lax` } }
}
function tell(type, data) {
  for (const response of streams) response.write(`id: ${id()}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
}
function changed(record, action, who) {
  record.updated_at = new Date().toISOString()
  const { id: recordId, kind, number, title, state, version, open } = record
  tell('record', {
    id: recordId,
    kind,
    number,
    title,
    state,
    action,
    version,
    open,
    ...(who && { actor: who.person }),
    at: record.updated_at,
  })
}
function checkForm(fields, form, staff) {
  const errors = fields
    .filter(
      (one) => one.required && (staff || !one.staff_only) && (form[one.name] === undefined || form[one.name] === ''),
    )
    .map((one) => ({ at: `/form/${one.name}`, code: 'required', detail: `请填写“${one.label.zh}”` }))
  if (form.contact_phone && !/^1\d{10}$/.test(form.contact_phone))
    errors.push({ at: '/form/contact_phone', code: 'format', detail: '手机号应为 11 位数字，请检查' })
  if (form.satisfied === false && !form.reason)
    errors.push({ at: '/form/reason', code: 'required', detail: '请写下不满意的原因' })
  if (errors.length) throw new No(422, 'invalid', '有内容需要修改', errors)
}
function create(body, who) {
  const kind = kinds[body.kind]
  if (!kind) throw new No(422, 'invalid', '没有这种事项', [{ at: '/kind', code: 'unknown', detail: '没有这种事项' }])
  checkForm(kind.form, body.form, who && who.role !== 'resident')
  const place = body.place ?? {}
  const where =
    areas.find((one) => one.id === place.area) ??
    [...buildings].sort(
      (a, b) =>
        metres(a, { lon: place.lon ?? a.lon, lat: place.lat ?? a.lat }) -
        metres(b, { lon: place.lon ?? b.lon, lat: place.lat ?? b.lat }),
    )[0]
  const text = body.form.description ?? body.form.what ?? ''
  const record = make({
    kind: body.kind,
    category: body.category,
    title: text.slice(0, 24),
    where,
    source: body.source ?? (place.code ? 'scan' : 'web'),
    reporter: who?.role === 'resident' ? who : undefined,
    form: body.form,
    urgent: !!body.urgent,
    lon: place.lon,
    lat: place.lat,
  })
  record.files = (body.form.photos ?? []).map((file) => files.get(file)?.view).filter(Boolean)
  counts.records += 1
  changed(record, 'create', who)
  const answer = view(record, who)
  if (!who) {
    const code = (record.id + Math.random().toString(36).slice(2, 8)).toUpperCase().slice(-10)
    follows.set(code, record)
    answer.follow_code = code
  }
  return answer
}
function act(record, name, body, who, follow) {
  const action = kinds[record.kind].actions.find((one) => one.name === name)
  if (!action || !may(action, who, record, follow)) throw new No(403, 'forbidden', '您不能这样做')
  if (body.version && body.version !== record.version) {
    const last = record.timeline[record.timeline.length - 1]
    throw new No(
      409,
      'conflict',
      `${last.actor?.name ?? '有人'}刚刚把这件工单“${last.label.zh}”。请看最新内容后再操作。`,
      [],
      { current_version: record.version },
    )
  }
  if (!action.from.includes(record.state)) throw new No(422, 'not_now', '现在的状态不能这样做')
  checkForm(action.form, body.form ?? {}, true)
  const from = record.state
  const notes = []
  if (name === 'rate') record.state = body.form.satisfied ? 'closed' : 'handling'
  else if (next[name]) record.state = next[name]
  if (name === 'dispatch') {
    const org = orgs.find((one) => one.id === body.form.org)
    record.holder_org = { id: org.id, name: org.name }
    record.participants = [
      { role: 'lead', org: record.holder_org, since: new Date().toISOString() },
      ...record.participants.filter((one) => one.role !== 'lead'),
    ]
    notes.push({ zh: `已派给 ${org.name}`, en: `Given to ${org.name}` })
  }
  if (body.form?.reply) record.answer = body.form.reply
  record.open = !kinds[record.kind].states.find((one) => one.name === record.state).is_final
  if (!record.open) record.deadlines = []
  record.version += 1
  event(record, name, action.label, who, from, record.state, notes, undefined, body.form ?? {})
  changed(record, name, who)
  return view(record, who, follow)
}
const sum = (rows, test) => rows.filter(test).length
function figureRow(key, name, rows, kind) {
  const closed = rows.filter((one) => ['closed', 'fed_back'].includes(one.state))
  const figures = {
    received: rows.length,
    closed: closed.length,
    closed_on_time: sum(closed, (one) => one.number.charCodeAt(13) % 9 !== 0),
    late: sum(rows, (one) => one.deadlines.some((d) => d.late)),
    reopened: 0,
    rated: Math.floor(closed.length * 0.8),
    satisfied: Math.floor(closed.length * 0.7),
  }
  return {
    key,
    name,
    counts: kinds[kind].counts.map((one) => ({
      kind,
      name: one.name,
      label: one.label,
      count: figures[one.name] ?? 0,
      sum: figures[one.name] ?? 0,
    })),
    rates: kinds[kind].rates.map((one) => ({
      kind,
      name: one.name,
      label: one.label,
      of: figures[one.of],
      per: figures[one.per],
      as_number: false,
      ...(figures[one.per] && { value: figures[one.of] / figures[one.per] }),
    })),
  }
}
function figures(query) {
  const kind = query.get('kind') ?? 'issue'
  const rows = list(new URLSearchParams({ kind, ...(query.get('area') && { area: query.get('area') }) })).map((one) =>
    records.find((record) => record.id === one.id),
  )
  const by = query.get('by') ?? 'area'
  const below = query.get('area') ? areas.filter((one) => one.parent === query.get('area')) : communities
  const groups =
    by === 'category'
      ? kinds[kind].categories.map((one) => [
          one.code,
          one.name.zh,
          rows.filter((record) => record.category === one.code),
        ])
      : by === 'month'
        ? ['202606', '202607', '202608', '202609', '202610', '202611'].map((month, index) => [
            month,
            month,
            rows.filter((_, n) => n % 6 <= index),
          ])
        : (query.get('level') === 'grid' ? grids : below).map((one) => [
            one.id,
            one.name,
            rows.filter((record) => record.areas.some((a) => a.id === one.id)),
          ])
  const all = figureRow('', '', rows, kind)
  return {
    counts: all.counts,
    rates: all.rates,
    rows: groups.map(([key, name, some]) => figureRow(key, name, some, kind)),
    from: query.get('from') ?? '202611',
    until: query.get('until') ?? '202611',
    area: { id: street.id, name: street.name, level: 'street' },
    as_of: new Date().toISOString(),
  }
}
const codes = buildings.map((one, index) => ({
  code: `TY${String(index + 1).padStart(4, '0')}`,
  kind: 'building',
  area: { id: one.id, name: one.name, level: 'building' },
  place_text: chain(one.id)
    .slice(2)
    .map((a) => a.name)
    .join(' / '),
  revoked: false,
  url: `/s/TY${String(index + 1).padStart(4, '0')}`,
}))
const messages = [
  {
    id: id(),
    at: new Date(Date.now() - 600_000).toISOString(),
    text: { zh: '有新的事项：楼下垃圾三天没人清', en: 'A new matter: garbage' },
    record: records[3].id,
    number: records[3].number,
    read: false,
  },
  {
    id: id(),
    at: new Date(Date.now() - 7_200_000).toISOString(),
    text: { zh: '超时事项已升级到您处', en: 'A late matter has climbed to you' },
    record: records[6].id,
    number: records[6].number,
    read: true,
  },
]

const find = (recordId) =>
  records.find((one) => one.id === recordId) ??
  (() => {
    throw new No(404, 'not_found', '找不到这件事项')
  })()
const routes = [
  [
    'GET',
    /^\/v1\/realm$/,
    () => ({
      name: '桃园社区',
      zone: 'Asia/Shanghai',
      hotline: '12345',
      community_phone: '028-85550100',
      area: { id: street.id, name: street.name, level: 'street' },
      lon: 104.056,
      lat: 30.67,
      demo: true,
      version: 'stub',
      basemap: {},
    }),
  ],
  ['GET', /^\/v1\/session$/, ({ who }) => sessionView(need(who))],
  [
    'POST',
    /^\/v1\/session$/,
    ({ body }) => {
      if (!people[body.login] || body.password !== 'qinghe-demo')
        throw new No(401, 'unauthorized', '账号或密码不对，请检查后再试。')
      if (people[body.login].totp && !body.code)
        throw new No(401, 'totp_required', '请输入动态码', [{ at: '/code', code: 'required', detail: '请输入动态码' }])
      return begin(people[body.login])
    },
  ],
  ['DELETE', /^\/v1\/session$/, ({ token }) => (sessions.delete(token), null)],
  ['GET', /^\/v1\/session\/outside$/, () => ({ items: [] })],
  ['POST', /^\/v1\/session\/outside\/end$/, ({ token }) => (sessions.delete(token), {})],
  ['POST', /^\/v1\/session\/phone$/, () => ({ seconds: 300, code: '123456' })],
  [
    'POST',
    /^\/v1\/session\/phone\/confirm$/,
    ({ body }) => {
      if (body.code !== '123456') throw new No(401, 'unauthorized', '验证码不对或已过期，请检查或重新发送。')
      return begin(people.resident)
    },
  ],
  [
    'POST',
    /^\/v1\/session\/password$/,
    ({ body, who }) => {
      need(who)
      if (body.old_password !== 'qinghe-demo')
        throw new No(422, 'invalid', '原密码不对', [{ at: '/old_password', code: 'wrong', detail: '原密码不对' }])
      return null
    },
  ],
  [
    'POST',
    /^\/v1\/session\/totp$/,
    () => ({
      secret: 'JBSWY3DPEHPK3PXP',
      uri: 'otpauth://totp/tongxin',
      svg: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#fff"/><path d="M1 1h3v3H1zm5 0h3v3H6zM1 6h3v3H1zm5 0h1v1H6zm2 2h1v1H8z"/></svg>',
    }),
  ],
  ['POST', /^\/v1\/session\/totp\/confirm$/, () => ({ codes: ['7K2M-9QXD', '4H8P-2WRT', 'B6NC-5ZYE'] })],
  [
    'GET',
    /^\/v1\/kinds$/,
    () => ({
      items: Object.values(kinds).map((one) => ({
        kind: one.kind,
        pack: one.pack,
        name: one.name,
        report: one.report,
        creatable: true,
        categories: one.categories,
      })),
    }),
  ],
  ['GET', /^\/v1\/kinds\/(\w+)$/, ({ params }) => kinds[params[0]]],
  ['GET', /^\/v1\/records$/, ({ query, who }) => paged(list(query, who), query)],
  [
    'GET',
    /^\/v1\/records\/counts$/,
    ({ query, who }) => {
      const rows = list(query, who)
      const states = new Map()
      for (const one of rows) {
        const entry = states.get(one.kind + one.state) ?? { kind: one.kind, state: one.state, count: 0, late: 0 }
        entry.count += 1
        if (one.late) entry.late += 1
        states.set(one.kind + one.state, entry)
      }
      return { states: [...states.values()], open: sum(rows, (one) => one.open), late: sum(rows, (one) => one.late) }
    },
  ],
  [
    'GET',
    /^\/v1\/records\/similar$/,
    ({ query }) => {
      const where = areas.find((one) => one.id === query.get('area'))
      const at = where ?? { lon: Number(query.get('lon')), lat: Number(query.get('lat')) }
      return {
        items: records
          .filter((one) => one.open && one.kind === query.get('kind') && one.category === query.get('category'))
          .map((one) => row(one, at))
          .filter((one) => one.distance_m < 250)
          .sort((a, b) => a.distance_m - b.distance_m)
          .slice(0, 3),
      }
    },
  ],
  ['POST', /^\/v1\/records$/, ({ body, who }) => ({ status: 201, body: create(body, who) })],
  ['GET', /^\/v1\/records\/(\w+)$/, ({ params, who }) => view(find(params[0]), who)],
  [
    'POST',
    /^\/v1\/records\/(\w+)\/actions\/(\w+)$/,
    ({ params, body, who, follow }) => {
      if (!follow) need(who)
      return act(find(params[0]), params[1], body, who, follow)
    },
  ],
  ['POST', /^\/v1\/records\/(\w+)\/unseal$/, () => ({ form: { contact_phone: '13800138000' } })],
  [
    'GET',
    /^\/v1\/records\/(\w+)\/deadlines\/(\w+)$/,
    ({ params }) => {
      const due = find(params[0]).deadlines[0].due_at
      return {
        due_at: due,
        text: {
          zh: '从 11-20（周五）16:00 起算 7 个工作小时：周五 16:00–18:00 计 2 小时，周六、周日不计，周一 9:00–12:00 计 3 小时，13:30–15:30 计 2 小时，到周一 15:30。',
          en: '7 working hours from Friday 16:00: 2 on Friday, none at the weekend, 5 on Monday until 15:30.',
        },
      }
    },
  ],
  ['GET', /^\/v1\/follow\/(\w+)$/, ({ params }) => view(follows.get(params[0]) ?? find(''), null, true)],
  [
    'GET',
    /^\/v1\/areas$/,
    ({ query }) => {
      let found = areas
      if (query.get('parent')) found = found.filter((one) => one.parent === query.get('parent'))
      if (query.get('level')) found = found.filter((one) => one.level === query.get('level'))
      if (query.get('q')) found = found.filter((one) => (one.path_text + one.name).includes(query.get('q')))
      if (!query.get('parent') && !query.get('level') && query.get('q') === '') found = buildings
      else if (!query.toString()) found = found.filter((one) => !one.parent)
      return { items: found.slice(0, 50) }
    },
  ],
  ['GET', /^\/v1\/areas\/boundaries$/, () => ({ type: 'FeatureCollection', features: boundaries })],
  [
    'GET',
    /^\/v1\/areas\/locate$/,
    ({ query }) => {
      const at = { lon: Number(query.get('lon')), lat: Number(query.get('lat')) }
      const nearest = [...buildings].sort((a, b) => metres(a, at) - metres(b, at))[0]
      return { areas: chain(nearest.id).map(({ id, name, level }) => ({ id, name, level })) }
    },
  ],
  ['GET', /^\/v1\/areas\/(\w+)$/, ({ params }) => areas.find((one) => one.id === params[0])],
  [
    'GET',
    /^\/v1\/areas\/(\w+)\/contacts$/,
    () => ({
      items: [
        {
          role_name: { zh: '网格员', en: 'Grid worker' },
          name: '陈志强',
          work_phone: '02885550101',
          area_name: '第1网格',
        },
        {
          role_name: { zh: '社区书记', en: 'Secretary' },
          name: '刘敏',
          work_phone: '02885550100',
          area_name: '桃园社区',
        },
      ],
    }),
  ],
  [
    'GET',
    /^\/v1\/orgs$/,
    ({ query }) => ({
      items: orgs.filter(
        (one) =>
          (!query.get('q') || one.name.includes(query.get('q'))) &&
          (!query.get('parent') || one.parent === query.get('parent')),
      ),
    }),
  ],
  [
    'GET',
    /^\/v1\/people$/,
    ({ query }) => ({
      items: Object.values(people)
        .map((one) => one.person)
        .filter((one) => one.name.includes(query.get('q') ?? '')),
    }),
  ],
  [
    'GET',
    /^\/v1\/posts$/,
    ({ query }) => ({
      items: Object.values(people)
        .flatMap((one) => one.posts.map((post) => ({ post, person: one.person })))
        .filter(
          ({ post }) =>
            (!query.get('org') || post.org === query.get('org')) &&
            (!query.get('area') || post.area === query.get('area')),
        ),
    }),
  ],
  [
    'POST',
    /^\/v1\/posts$/,
    ({ body }) => {
      const who = Object.values(people).find((one) => one.person.id === body.person)
      const org = orgs.find((one) => one.id === body.org)
      const where = areas.find((one) => one.id === body.area)
      if (!who || !org || !where)
        throw new No(422, 'invalid', '有内容需要修改', [
          { at: '/person', code: 'unknown', detail: '请选择人员、单位和区域' },
        ])
      const post = {
        id: id(),
        role: body.role,
        role_name: { zh: '社区工作者', en: 'Community worker' },
        org: org.id,
        org_name: org.name,
        area: where.id,
        area_name: where.name,
        area_level: where.level,
        from: body.from,
        until: body.until,
      }
      who.posts.push(post)
      return { status: 201, body: post }
    },
  ],
  [
    'POST',
    /^\/v1\/posts\/(\w+)\/end$/,
    ({ params, body }) =>
      Object.assign(
        Object.values(people)
          .flatMap((one) => one.posts)
          .find((one) => one.id === params[0]),
        body,
      ),
  ],
  [
    'GET',
    /^\/v1\/responsibilities$/,
    () => ({
      items: [
        ['environment', orgs[3]],
        ['order', orgs[4]],
        ['facilities', orgs[5]],
        ['safety', orgs[6]],
      ].map(([name, org]) => ({
        function: name,
        area: street.id,
        area_name: street.name,
        stage: 'handle',
        org: org.id,
        org_name: org.name,
        from: '2026-01-01',
      })),
    }),
  ],
  [
    'GET',
    /^\/v1\/me\/access-log$/,
    () => ({
      items: [
        {
          at: new Date(Date.now() - 86_400_000).toISOString(),
          who: '王芳 · 街道派遣员',
          what: '查看手机号',
          reason: '核实位置',
        },
      ],
    }),
  ],
  ['GET', /^\/v1\/figures$/, ({ query }) => figures(query)],
  [
    'GET',
    /^\/v1\/figures\/records$/,
    ({ query, who }) =>
      paged(
        list(new URLSearchParams([...query].filter(([name]) => ['kind', 'area', 'category'].includes(name))), who),
        query,
      ),
  ],
  ['GET', /^\/v1\/messages$/, () => ({ items: messages, unread: sum(messages, (one) => !one.read) })],
  [
    'POST',
    /^\/v1\/messages\/(\w+)\/read$/,
    ({ params }) => ((messages.find((one) => one.id === params[0]).read = true), null),
  ],
  [
    'GET',
    /^\/v1\/codes$/,
    ({ query }) => ({
      items: codes.filter(
        (one) => !query.get('within') || chain(one.area.id).some((a) => a.id === query.get('within')),
      ),
    }),
  ],
  [
    'POST',
    /^\/v1\/codes$/,
    ({ body }) => {
      const made = {
        code: `TY${codes.length + 1}`,
        kind: body.kind,
        area: { id: body.area, name: areas.find((one) => one.id === body.area).name, level: 'building' },
        place_text: chain(body.area)
          .slice(2)
          .map((a) => a.name)
          .join(' / '),
        revoked: false,
        url: `/s/TY${codes.length + 1}`,
        facility: body.facility,
      }
      codes.push(made)
      return { status: 201, body: made }
    },
  ],
  ['GET', /^\/v1\/codes\/(\w+)$/, ({ params }) => codes.find((one) => one.code === params[0]) ?? find('')],
  ['GET', /^\/openapi\.json$/, () => JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'))],
  ['GET', /^\/stub\/counts$/, () => counts],
]

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
  '.json': 'application/json',
}
function page(request, response, path) {
  let file = normalize(join(dist, path))
  if (!file.startsWith(dist)) file = dist
  if (!existsSync(file) || statSync(file).isDirectory()) {
    if (extname(path)) return response.writeHead(404).end()
    file = join(dist, path.startsWith('/desk') ? 'desk/index.html' : 'index.html')
  }
  if (!existsSync(file)) return response.writeHead(404).end('npm run build')
  const zipped = existsSync(`${file}.gz`) && /gzip/.test(request.headers['accept-encoding'] ?? '')
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': policy,
    'cache-control': file.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(zipped && { 'content-encoding': 'gzip' }),
  })
  createReadStream(zipped ? `${file}.gz` : file).pipe(response)
}
const read = (request) =>
  new Promise((resolve) => {
    const parts = []
    request.on('data', (part) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)))
  })

async function answer(request, response) {
  const url = new URL(request.url, 'http://stub')
  const path = decodeURIComponent(url.pathname)
  if (!/^\/(v1|openapi|stub)/.test(path)) return page(request, response, path)
  const token = /tongxin=(\w+)/.exec(request.headers.cookie ?? '')?.[1]
  const who = sessions.get(token)
  if (path === '/v1/stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    response.write(': hello\n\n')
    streams.add(response)
    return request.on('close', () => streams.delete(response))
  }
  const raw = await read(request)
  if (path.startsWith('/v1/files')) return file(request, response, path, raw)
  const key = request.headers['idempotency-key']
  const send = (status, body, headers = {}) => {
    response.writeHead(status, {
      'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
      ...headers,
    })
    response.end(body === null ? undefined : JSON.stringify(body))
  }
  if (key && replays.has(key)) return send(...replays.get(key))
  try {
    for (const [method, pattern, handle] of routes) {
      const match = request.method === method && pattern.exec(path)
      if (!match) continue
      const given = {
        params: match.slice(1),
        query: url.searchParams,
        who,
        token,
        follow: follows.has(request.headers['x-follow-code']),
        body: raw.length ? JSON.parse(raw) : {},
      }
      const result = handle(given)
      const whole = result && typeof result === 'object' && 'body' in result ? result : { body: result ?? null }
      const told = [whole.status ?? (whole.body === null ? 204 : 200), whole.body, whole.headers]
      if (key) replays.set(key, told)
      return send(...told)
    }
    throw new No(404, 'not_found', '没有这个地址')
  } catch (fault) {
    if (!(fault instanceof No)) console.error(fault)
    send(
      fault.status ?? 500,
      fault.problem ?? { title: 'internal', status: 500, code: 'internal', detail: String(fault) },
    )
  }
}
function file(request, response, path, raw) {
  if (request.method === 'POST') {
    const start = raw.indexOf('\r\n\r\n') + 4
    const bytes = raw.subarray(start, raw.lastIndexOf('\r\n--'))
    const view = { id: id(), name: 'photo.jpg', type: 'image/jpeg', size: bytes.length }
    files.set(view.id, { view, bytes })
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(view))
    return
  }
  const stored = files.get(path.split('/')[3])
  if (!stored) return response.writeHead(404).end()
  response.writeHead(200, { 'content-type': stored.view.type }).end(stored.bytes)
}

const port = Number(process.env.TONGXIN_STUB_PORT ?? 8787)
createServer((request, response) => void answer(request, response)).listen(port, '127.0.0.1', () =>
  console.log(`stub on http://127.0.0.1:${port}`),
)
