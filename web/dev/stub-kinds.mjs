// Kinds for the stub, as the server would describe packs/loop: enough to draw forms, buttons and words.
const w = (zh, en) => ({ zh, en })
const field = (name, type, zh, en, more = {}) => ({
  name,
  type,
  label: w(zh, en),
  required: false,
  options: [],
  is_private: false,
  staff_only: false,
  ...more,
})
const notSatisfied = { op: 'not', args: [{ name: 'input.satisfied', type: 'flag' }] }

const states = [
  ['collected', 'waiting', '待受理', 'New', '已提交', 'Submitted'],
  ['assigned', 'accepted', '待处置', 'Assigned', '已受理', 'Accepted'],
  ['handling', 'handling', '处置中', 'Handling', '办理中', 'Being handled'],
  ['returned', 'accepted', '已退回', 'Returned', '已受理', 'Accepted'],
  ['resolved', 'checking', '待反馈', 'Resolved', '办理中 · 正在核实结果', 'Being checked'],
  ['fed_back', 'done', '已反馈待评价', 'Answered', '已办结 · 待评价', 'Done, please rate'],
  ['paused', 'paused', '已挂账', 'Suspended', '暂缓办理', 'On hold'],
  ['closed', 'done', '已结案', 'Closed', '已办结', 'Done', true],
  ['rejected', 'ended', '不予受理', 'Not accepted', '未受理', 'Not accepted', true],
  ['merged', 'ended', '已并案', 'Merged', '已并入其他事项', 'Merged with another', true],
  ['withdrawn', 'ended', '已撤回', 'Withdrawn', '已撤回', 'Withdrawn', true],
].map(([name, display, zh, en, rzh, ren, final]) => ({
  name,
  display,
  label: w(zh, en),
  resident: w(rzh, ren),
  is_final: !!final,
}))

const action = (name, zh, en, from, form = [], more = {}) => ({
  name,
  label: w(zh, en),
  from,
  form,
  danger: false,
  ...more,
})
const reason = (zh = '原因', en = 'Reason') => field('reason', 'text', zh, en, { required: true, max: 500 })
export const next = {
  accept: 'assigned',
  handle: 'handling',
  self_handle: 'closed',
  pass_up: 'assigned',
  return: 'returned',
  dispatch: 'assigned',
  resolve: 'resolved',
  feed_back: 'fed_back',
  suspend: 'paused',
  resume: 'handling',
  merge: 'merged',
  reject: 'rejected',
  withdraw: 'withdrawn',
  report_in: null,
  finish_part: null,
  whistle: null,
  ask_extension: null,
  follow: null,
  urge: null,
}
export const byWhom = {
  rate: 'reporter',
  withdraw: 'reporter',
  urge: 'reporter',
  follow: 'resident',
  self_handle: 'worker',
  accept: 'staff',
  handle: 'staff',
  pass_up: 'staff',
  return: 'staff',
  resolve: 'staff',
  feed_back: 'staff',
  dispatch: 'desk',
  suspend: 'desk',
  resume: 'desk',
  merge: 'desk',
  reject: 'desk',
  ask_extension: 'staff',
  whistle: 'desk',
}
const actions = [
  action('accept', '受理', 'Accept', ['collected', 'returned'], [], { key: 'A' }),
  action(
    'dispatch',
    '派遣',
    'Dispatch',
    ['collected', 'assigned', 'returned'],
    [
      field('org', 'org', '主办单位', 'Lead unit', { required: true }),
      field('helpers', 'orgs', '协办单位', 'Helping units'),
    ],
    { key: 'D' },
  ),
  action('handle', '开始处置', 'Start', ['collected', 'assigned']),
  action(
    'self_handle',
    '当场办结',
    'Fixed on the spot',
    ['collected', 'assigned'],
    [
      field('result', 'long_text', '处理结果', 'Result', { required: true, max: 2000 }),
      field('after', 'files', '处置后照片', 'Photo after', { required: true, max: 9 }),
    ],
  ),
  action(
    'resolve',
    '办结',
    'Resolve',
    ['handling'],
    [
      field('result', 'long_text', '处理结果', 'Result', { required: true, max: 2000 }),
      field('after', 'files', '处置后照片', 'Photos after', { max: 9 }),
    ],
  ),
  action(
    'feed_back',
    '反馈',
    'Feed back',
    ['resolved'],
    [field('reply', 'long_text', '给居民的答复', 'Answer to the resident', { required: true, max: 2000 })],
  ),
  action('return', '退回', 'Return', ['assigned', 'handling'], [reason('退回原因')], { key: 'R' }),
  action(
    'whistle',
    '吹哨',
    'Whistle',
    ['assigned', 'handling'],
    [
      field('orgs', 'orgs', '请哪些部门到场', 'Departments to come', { required: true }),
      field('what', 'long_text', '需要做什么', 'What is needed', { required: true, max: 1000 }),
      field('when', 'day', '到场日期', 'Day', { required: true }),
    ],
  ),
  action('pass_up', '上报上级', 'Pass up', ['collected', 'assigned', 'handling'], [reason()]),
  action(
    'ask_extension',
    '申请延期',
    'Ask for more time',
    ['assigned', 'handling'],
    [
      field('more', 'choice', '延长多少', 'How much more', {
        required: true,
        options: [
          { value: 'half', name: w('半个时限', 'Half the limit') },
          { value: 'full', name: w('一个时限', 'The limit once more') },
        ],
      }),
      reason('理由'),
    ],
  ),
  action(
    'suspend',
    '挂账',
    'Suspend',
    ['assigned', 'handling'],
    [reason(), field('until', 'day', '到哪一天（含）', 'Until, that day included', { required: true })],
    { key: 'H' },
  ),
  action('resume', '恢复办理', 'Resume', ['paused']),
  action(
    'merge',
    '并案',
    'Merge',
    ['collected', 'assigned', 'returned', 'handling'],
    [field('into', 'record', '并入', 'Into', { required: true })],
    { key: 'M' },
  ),
  action('reject', '不予受理', 'Do not accept', ['collected'], [reason()], { danger: true }),
  action(
    'rate',
    '评价',
    'Rate',
    ['fed_back'],
    [
      field('satisfied', 'flag', '满意吗', 'Satisfied?', { required: true }),
      field('stars', 'stars', '打分', 'Stars'),
      field('reason', 'text', '不满意的原因', 'Why not', {
        max: 500,
        required_when: notSatisfied,
        visible_when: notSatisfied,
      }),
    ],
  ),
  action('urge', '催一下', 'Urge', ['collected', 'assigned', 'handling']),
  action('withdraw', '撤回', 'Withdraw', ['collected', 'assigned'], [], { danger: true }),
  action('follow', '我也遇到', 'Me too', ['collected', 'assigned', 'handling', 'returned', 'resolved']),
]
const categories = [
  ['garbage', '垃圾清运', 'Garbage', 'trash-2'],
  ['road', '道路破损', 'Broken road', 'construction'],
  ['water', '漏水管道', 'Leaking pipe', 'droplets'],
  ['parking', '乱停车', 'Parking', 'car'],
  ['hazard', '安全隐患', 'Hazard', 'triangle-alert', true],
  ['noise', '噪音扰民', 'Noise', 'volume-2'],
  ['light', '路灯照明', 'Street lights', 'lightbulb'],
  ['unclear', '说不清', 'Not sure', 'circle-help'],
].map(([code, zh, en, icon, urgent]) => ({ code, name: w(zh, en), icon, urgent: !!urgent }))

const box = (x, y, text) =>
  `<rect x="${x}" y="${y}" width="96" height="36" rx="6" fill="#eef7f8" stroke="#0b5d66"/><text x="${x + 48}" y="${y + 23}" text-anchor="middle" font-size="14" fill="#1b2426">${text}</text>`
const arrow = (x) => `<path d="M${x} 38h24m-6-5 6 5-6 5" fill="none" stroke="#465255" stroke-width="1.5"/>`
const flow_svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 610 76" role="img" aria-label="flow">${['待受理', '待处置', '处置中', '待反馈', '已结案'].map((one, index) => box(8 + index * 124, 20, one) + (index < 4 ? arrow(106 + index * 124) : '')).join('')}</svg>`

export const kinds = {
  issue: {
    kind: 'issue',
    pack: 'loop',
    version: 1,
    name: w('上报事项', 'Issue'),
    place: 'required',
    report: true,
    form: [
      field('description', 'long_text', '是什么事', 'What is it', { required: true, max: 4000 }),
      field('size', 'choice', '大小', 'Size', {
        initial: 'small',
        staff_only: true,
        options: [
          { value: 'small', name: w('小事', 'Small') },
          { value: 'big', name: w('大事', 'Big') },
        ],
      }),
      field('photos', 'files', '照片', 'Photos', { max: 9 }),
      field('contact_name', 'text', '称呼', 'Your name', { max: 40, is_private: true }),
      field('contact_phone', 'phone', '手机号', 'Phone', { is_private: true }),
    ],
    categories,
    states,
    actions,
    counts: [
      ['received', '收集', 'Received'],
      ['closed', '结案', 'Closed'],
      ['closed_on_time', '按期结案', 'Closed on time'],
      ['late', '超时', 'Late'],
      ['reopened', '返工', 'Reopened'],
      ['rated', '评价', 'Rated'],
      ['satisfied', '满意', 'Satisfied'],
    ].map(([name, zh, en]) => ({ name, label: w(zh, en) })),
    rates: [
      {
        name: 'on_time_rate',
        label: w('按期结案率', 'On-time rate'),
        of: 'closed_on_time',
        per: 'closed',
        as_number: false,
      },
      {
        name: 'satisfaction_rate',
        label: w('满意率', 'Satisfaction rate'),
        of: 'satisfied',
        per: 'rated',
        as_number: false,
      },
    ],
    similar_within_m: 250,
    flow_svg,
  },
  need: {
    kind: 'need',
    pack: 'service',
    version: 1,
    name: w('我有需求', 'I need help'),
    place: 'required',
    report: true,
    form: [
      field('what', 'long_text', '需要什么帮助', 'What do you need', { required: true, max: 1000 }),
      field('day', 'day', '希望哪天', 'Which day'),
      field('phone', 'phone', '手机号', 'Phone', { is_private: true, required: true }),
    ],
    categories: [
      ['meal', '送餐', 'Meals', 'utensils'],
      ['repair', '小修小补', 'Small repairs', 'wrench'],
      ['company', '陪诊陪伴', 'Company', 'heart-handshake'],
      ['other', '其他', 'Other', 'circle-help'],
    ].map(([code, zh, en, icon]) => ({ code, name: w(zh, en), icon, urgent: false })),
    states: states.slice(0, 8),
    actions: actions.filter((one) => !['merge', 'self_handle', 'whistle'].includes(one.name)),
    counts: [
      { name: 'received', label: w('收集', 'Received') },
      { name: 'closed', label: w('结案', 'Closed') },
    ],
    rates: [],
    flow_svg,
  },
}
