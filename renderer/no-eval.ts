import { config } from 'zod'

// The schemas of the contract would try to compile themselves with `new Function`, which the page's
// content security policy refuses and reports. Imported first: they look at this when they are made.
config({ jitless: true })
