import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import ts from 'typescript-eslint'

const heavy = (names) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: names.map((name) => ({
        group: [name, `${name}/*`],
        message: `${name} has its own home; see docs/web.md`,
        allowTypeImports: true,
      })),
    },
  ],
})

export default ts.config(
  { ignores: ['dist/**', 'node_modules/**', 'packages/core/src/schema.d.ts', 'e2e/out/**'] },
  ...ts.configs.recommended,
  ...vue.configs['flat/recommended'],
  ...accessibility.configs['flat/recommended'],
  {
    files: ['**/*.vue', '**/*.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      'vue/multi-word-component-names': 'off',
      'vue/no-static-inline-styles': 'error',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/attributes-order': 'off',
      'vue/require-default-prop': 'off',
      // What residents say into the phone has no captions: the desk listens and types.
      'vuejs-accessibility/media-has-caption': 'off',
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
      'vuejs-accessibility/no-static-element-interactions': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  // A resident never loads the desk's library, and nobody loads a map or a chart before it is asked for.
  { files: ['packages/core/**', 'packages/ui/**', 'apps/portal/**'], rules: heavy(['element-plus', 'ol', 'echarts']) },
  { files: ['packages/map/**'], rules: heavy(['element-plus', 'echarts']) },
  { files: ['apps/desk/**'], ignores: ['apps/desk/src/charts/**'], rules: heavy(['ol', 'echarts']) },
)
