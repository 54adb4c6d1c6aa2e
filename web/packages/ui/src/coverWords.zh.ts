// Words of covering faces and plates in photos (TxCover), which come with it and not with the first page.
export default {
  how: '在照片上划过要盖住的地方，或点一下；点已盖住的地方，就露出来。发送后不能恢复。',
  picture: '照片，点按或划过可遮挡',
  areas: '已遮挡的地方',
  area: '遮挡 {n}',
  keys: '选中后用方向键移动，按住 Shift 再按方向键改大小。',
  add: '加一处遮挡',
  remove: '取消遮挡',
  remove_area: '取消遮挡 {n}',
  done: '遮好了',
  keep: '先不改',
  broken: '这张照片在这里打不开，不能遮挡。拍到人脸或车牌的，请换一张。',
}
