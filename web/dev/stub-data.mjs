// A small street for the stub: places, organisations, people, matters. Made anew, the same, at every start.
import { kinds } from './stub-kinds.mjs'

let seed = 7
export const random = () => {
  seed = (seed * 1664525 + 1013904223) % 4294967296
  return seed / 4294967296
}
const pick = (list) => list[Math.floor(random() * list.length)]
let counter = 0
export const id = () => String((counter += 1)).padStart(13, '0')
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString()

export const areas = []
const area = (level, name, parent, lon, lat, code) => {
  const one = {
    id: id(),
    parent: parent?.id,
    level,
    code,
    name,
    path_text: parent ? [...(parent.path_text ? [parent.path_text] : []), name].join(' / ') : '',
    lon,
    lat,
    has_boundary: level === 'grid',
    children: 0,
  }
  if (level === 'community') one.path_text = name
  if (parent) parent.children += 1
  areas.push(one)
  return one
}
export const district = area('district', '锦城区', null, 104.06, 30.67, '510199')
export const street = area('street', '和平街道', district, 104.06, 30.67, '510199001')
export const communities = ['桃园社区', '友谊里社区', '学府社区'].map((name, index) =>
  area('community', name, street, 104.05 + index * 0.012, 30.67, `51019900100${index + 1}`),
)
export const grids = []
export const buildings = []
export const boundaries = []
for (const [c, community] of communities.entries())
  for (let g = 0; g < 4; g += 1) {
    const west = 104.044 + c * 0.012 + (g % 2) * 0.006
    const south = 30.664 + Math.floor(g / 2) * 0.006
    const grid = area('grid', `第${g + 1}网格`, community, west + 0.003, south + 0.003, `${community.code}${g + 1}`)
    grids.push(grid)
    boundaries.push({
      type: 'Feature',
      id: grid.id,
      properties: { name: `${community.name.slice(0, 2)}${grid.name}`, level: 'grid' },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [west, south],
            [west + 0.006, south + 0.0004],
            [west + 0.0058, south + 0.006],
            [west, south + 0.006],
            [west, south],
          ],
        ],
      },
    })
    const compound = area('compound', ['桃园小区', '友谊里', '学府家园'][c], grid, grid.lon, grid.lat, `${grid.code}X`)
    for (let b = 1; b <= 3; b += 1)
      buildings.push(
        area('building', `${g * 3 + b} 号楼`, compound, grid.lon + (b - 2) * 0.001, grid.lat, `${grid.code}${b}`),
      )
  }
export const chain = (areaId) => {
  const found = []
  for (let one = areas.find((a) => a.id === areaId); one; one = areas.find((a) => a.id === one.parent))
    found.unshift(one)
  return found
}
const w = (zh, en) => ({ zh, en })
export const orgs = [
  ['street_office', '和平街道办事处', '街道办事处', 'Street office', street],
  ['community_committee', '桃园社区党委', '社区党委', 'Community committee', communities[0]],
  ['community_committee', '友谊里社区党委', '社区党委', 'Community committee', communities[1]],
  ['department', '城市管理局', '职能部门', 'Department', district],
  ['department', '交警大队', '职能部门', 'Department', district],
  ['department', '市政设施所', '职能部门', 'Department', district],
  ['department', '燃气公司抢修队', '职能部门', 'Department', district],
  ['property_firm', '安居物业', '物业公司', 'Property firm', communities[0]],
  ['grid_branch', '桃园第1网格党支部', '网格党支部', 'Grid branch', grids[0]],
].map(([kind, name, zh, en, where], index) => ({
  id: id(),
  kind,
  code: `ORG${index + 1}`,
  name,
  kind_name: w(zh, en),
  area: where.id,
  area_name: where.name,
}))
for (const [index, one] of orgs.entries()) if (index > 0 && index !== 8) one.parent = orgs[0].id
orgs[8].parent = orgs[1].id

const person = (name) => ({ id: id(), name })
const post = (role, zh, en, org, where) => ({
  id: id(),
  role,
  role_name: w(zh, en),
  org: org.id,
  org_name: org.name,
  area: where.id,
  area_name: where.name,
  area_level: where.level,
  from: '2026-01-01',
})
export const people = {
  dispatch: {
    person: person('王芳'),
    posts: [post('street_dispatcher', '街道派遣员', 'Street dispatcher', orgs[0], street)],
    role: 'desk',
  },
  grid: {
    person: person('陈志强'),
    posts: [post('grid_worker_full', '全科网格员', 'Grid worker', orgs[8], grids[0])],
    role: 'worker',
  },
  secretary: {
    person: person('刘敏'),
    posts: [post('community_secretary', '社区书记', 'Community secretary', orgs[1], communities[0])],
    role: 'staff',
  },
  dept: {
    person: person('赵国平'),
    posts: [post('department_staff', '部门经办人', 'Department staff', orgs[3], district)],
    role: 'staff',
  },
  admin: {
    person: person('周管理'),
    posts: [post('platform_keeper', '平台管理员', 'Platform keeper', orgs[0], street)],
    role: 'desk',
    admin: true,
  },
  resident: { person: person('王大妈'), posts: [], role: 'resident' },
}

const stories = [
  ['garbage', '楼下垃圾三天没人清'],
  ['road', '井盖破损，晚上看不见很危险'],
  ['water', '一楼楼道水管漏水，地面湿滑'],
  ['parking', '消防通道被车占了'],
  ['hazard', '电动车进楼充电'],
  ['noise', '夜里十二点还在施工'],
  ['light', '路灯不亮，孩子放学回家看不见路'],
  ['unclear', '楼顶有东西晃动，不知道是什么'],
  ['garbage', '垃圾桶满溢未清运'],
  ['hazard', '三楼闻到燃气味'],
  ['water', '下水道反味'],
  ['parking', '共享单车堵住盲道'],
]
const plan = [
  'collected',
  'collected',
  'assigned',
  'handling',
  'handling',
  'handling',
  'resolved',
  'fed_back',
  'paused',
  'closed',
  'closed',
  'returned',
]
export const records = []
export function make({
  kind = 'issue',
  category,
  title,
  state = 'collected',
  where = pick(buildings),
  minutes = 0,
  source = 'web',
  reporter,
  form = {},
  urgent = false,
  limit = 420,
  lon,
  lat,
  address,
}) {
  const grid = chain(where.id).find((one) => one.level === 'grid') ?? grids[0]
  const closed = kinds[kind].states.find((one) => one.name === state).is_final
  const created = ago(minutes)
  const holder = state === 'collected' ? orgs[8] : pick(orgs.slice(3, 8))
  const due = new Date(Date.parse(created) + limit * 60_000).toISOString()
  const record = {
    id: id(),
    kind,
    number: `${kind === 'need' ? 'XQ' : 'TX'}-2026-${String(records.length + 101).padStart(6, '0')}`,
    title,
    state,
    version: 1,
    open: !closed,
    urgent,
    category,
    areas: chain(where.id).map(({ id, name, level }) => ({ id, name, level })),
    place_text: chain(where.id)
      .slice(2)
      .map((one) => one.name)
      .join(' / '),
    lon: lon ?? where.lon + (random() - 0.5) * 0.002,
    lat: lat ?? where.lat + (random() - 0.5) * 0.002,
    address,
    holder_org: { id: holder.id, name: holder.name },
    holder_level: 'grid',
    source,
    reporter: reporter?.person,
    reporterLogin: reporter,
    created_at: created,
    updated_at: created,
    ...(closed && { closed_at: ago(minutes / 2) }),
    form: { description: title, ...form },
    sealed: form.contact_phone ? ['contact_phone'] : [],
    files: [],
    deadlines: closed
      ? []
      : [
          {
            name: 'handle',
            label: w('处置', 'Handling'),
            started_at: created,
            due_at: due,
            light: Date.parse(due) < Date.now() ? 'red' : Date.parse(due) - Date.now() < 5_400_000 ? 'yellow' : 'green',
            late: Date.parse(due) < Date.now(),
          },
        ],
    timeline: [],
    participants: [{ role: 'lead', org: { id: holder.id, name: holder.name }, since: created }],
    children: [],
    merged: [],
    grid: { id: grid.id, name: grid.name, level: 'grid' },
    expected: `${holder.name} ${new Date(Date.parse(due) + 8 * 3_600_000).toISOString().slice(5, 16).replace('T', ' ').replace('-', '月').replace(' ', '日 ')} 前处理`,
  }
  if (record.state !== 'collected' && !closed)
    record.holder = { id: people.grid.person.id, name: people.grid.person.name }
  event(
    record,
    'create',
    w('上报', 'Reported'),
    null,
    '',
    state === 'collected' ? state : 'collected',
    [w('已派给 桃园第1网格党支部', 'Given to grid branch 1')],
    created,
  )
  if (!['collected', 'withdrawn'].includes(state))
    event(record, 'accept', w('受理', 'Accept'), people.grid, 'collected', 'assigned', [], ago(minutes * 0.8))
  if (['handling', 'resolved', 'fed_back', 'closed', 'paused'].includes(state))
    event(
      record,
      'dispatch',
      w('派遣', 'Dispatch'),
      people.dispatch,
      'assigned',
      'assigned',
      [w(`已派给 ${holder.name}`, `Given to ${holder.name}`)],
      ago(minutes * 0.6),
    )
  if (['resolved', 'fed_back', 'closed'].includes(state))
    event(record, 'resolve', w('办结', 'Resolve'), people.dept, 'handling', 'resolved', [], ago(minutes * 0.3), {
      result: '已安排清理并复查，现场已恢复',
    })
  if (['fed_back', 'closed'].includes(state)) {
    record.answer = '已处理完毕，谢谢您的反映。'
    event(
      record,
      'feed_back',
      w('反馈', 'Feed back'),
      people.secretary,
      'resolved',
      'fed_back',
      [],
      ago(minutes * 0.2),
      {
        reply: record.answer,
      },
    )
  }
  records.unshift(record)
  return record
}
export function event(record, action, label, who, from, to, notes, at = new Date().toISOString(), form = {}) {
  record.timeline.push({
    id: id(),
    seq: record.timeline.length + 1,
    at,
    action,
    label,
    ...(who && { actor: who.person, actor_role: who.posts[0]?.role_name }),
    from_state: from,
    to_state: to,
    form,
    notes,
    redacted: false,
  })
}
for (let n = 0; n < 44; n += 1) {
  const [category, title] = stories[n % stories.length]
  make({
    category,
    title,
    state: plan[n % plan.length],
    minutes: 8 + (43 - n) * 47,
    source: pick(['web', 'web', 'patrol', 'phone', 'scan', 'counter']),
    urgent: category === 'hazard' && n % 2 === 0,
    limit: pick([60, 300, 900, 2600, 3400]),
    reporter: n % 11 === 6 ? people.resident : undefined,
    form: n % 5 === 0 ? { contact_phone: '138****8000', size: 'small' } : { size: 'small' },
  })
}
make({
  category: 'garbage',
  title: '楼道堆放杂物',
  state: 'fed_back',
  minutes: 3000,
  reporter: people.resident,
  where: buildings[2],
  limit: 9000,
})
make({
  category: 'light',
  title: '路灯不亮',
  state: 'handling',
  minutes: 130,
  reporter: people.resident,
  where: buildings[1],
})
make({
  kind: 'need',
  category: 'meal',
  title: '张奶奶腿脚不便，想订午餐',
  state: 'assigned',
  minutes: 200,
  limit: 2000,
  form: { what: '张奶奶腿脚不便，想订午餐' },
})
const whole = records.find((one) => one.state === 'handling')
for (const [index, one] of [orgs[3], orgs[4]].entries())
  whole.participants.push({
    role: index ? 'helper' : 'reported_in',
    org: { id: one.id, name: one.name },
    since: ago(60),
  })
whole.childIds = [records[4].id, records[5].id]
