// Words of calendar feeds (TxFeeds), which come with them and not with the first page.
export default {
  title: '日历订阅',
  about: '手机日历或 Outlook 订阅后，会显示到期的事项和班次；只有编号、类别和地点，没有内容和姓名。',
  whose: '订阅哪一个',
  mine: '我的',
  make: '生成订阅地址',
  address: '订阅地址（只显示这一次，请勿转发）',
  open: '在日历中打开',
  copy: '复制',
  copied: '已复制',
  made: '{day} 生成',
  used: '最近读取 {day}',
  unused: '还没有读取过',
  revoke: '停用',
  revoked: '已停用，日历不会再更新',
  none: '还没有订阅。',
}
