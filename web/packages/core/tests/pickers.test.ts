import { expect, test } from 'vitest'
import { spellings } from '../src'

test('a building is found however its number is typed', () => {
  expect(spellings('桃园里1号楼')).toEqual(['桃园里1号楼', '桃园里 1 号楼'])
  expect(spellings('１号楼')).toEqual(['1号楼', '1 号楼'])
  expect(spellings('第 1 网格')).toEqual(['第 1 网格', '第1网格'])
  expect(spellings('桃园')).toEqual(['桃园'])
  expect(spellings('')).toEqual([''])
})
