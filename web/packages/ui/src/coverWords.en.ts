export default {
  how: 'Drag across what should be covered, or tap it; tap what is covered to show it again. Once sent, it cannot be brought back.',
  picture: 'Photo: tap or drag to cover',
  areas: 'What is covered',
  area: 'Area {n}',
  keys: 'Once selected, arrow keys move it; Shift and arrow keys change its size.',
  add: 'Cover one more area',
  remove: 'Uncover',
  remove_area: 'Uncover area {n}',
  done: 'Done',
  keep: 'Change nothing',
  broken:
    'This photo cannot be opened here, so nothing can be covered. If it shows faces or plates, please choose another.',
}
