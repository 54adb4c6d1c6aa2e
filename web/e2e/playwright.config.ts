// Browser tests with Debian's Chromium, against the real server (e2e/server.mjs), or the stub when TONGXIN_STUB=1.
import { defineConfig } from '@playwright/test'

const port = Number(process.env.TONGXIN_E2E_PORT ?? 8797)

export default defineConfig({
  testDir: '.',
  outputDir: 'out',
  timeout: 60_000,
  workers: 1,
  retries: 0,
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    permissions: ['geolocation', 'clipboard-read', 'clipboard-write'],
    geolocation: { longitude: 117.2281, latitude: 39.1265, accuracy: 42 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
      ],
    },
  },
  projects: [
    {
      name: 'phone',
      testMatch: /phone\/.*\.spec\.ts/,
      use: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
    },
    // The main paths of residents and workers at a computer.
    {
      name: 'wide',
      testMatch: /phone\/.*\.spec\.ts/,
      grep: /@wide/,
      use: { viewport: { width: 1440, height: 900 } },
    },
    { name: 'desk', testMatch: /desk\/.*\.spec\.ts/, use: { viewport: { width: 1440, height: 900 } } },
  ],
  webServer: {
    command: 'node e2e/server.mjs',
    cwd: '..',
    url: `http://127.0.0.1:${port}/v1/realm`,
    timeout: 120_000,
    reuseExistingServer: false,
    env: { TONGXIN_E2E_PORT: String(port) },
  },
})
