import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

/** The compiler that checks drafted C++, where there is one; any other speaks the same arguments. */
export const compiler = ['clang++', 'g++'].find(
  name => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
)
if (compiler === undefined) console.log('skipped: there is no C++ compiler to check drafts with')

/**
 * Just enough of the kernel's headers to parse a driver: names, signatures and macros as the public headers of
 * Kernel.framework have them, and nothing that would run.
 */
const stubs: Readonly<Record<string, string>> = {
  'IOKit/IOLib.h': `#pragma once
extern "C" void IOLog(const char *format, ...) __attribute__((format(printf, 1, 2)));
`,
  'IOKit/IOService.h': `#pragma once
#include <stdint.h>
typedef int32_t SInt32;
typedef uint32_t UInt32;
typedef int IOReturn;
typedef unsigned int IOOptionBits;
#define kIOReturnSuccess 0
#define kIOReturnUnsupported ((IOReturn)0xe00002c7)
class OSMetaClass {};
class OSMetaClassBase {
public:
    virtual const OSMetaClass *getMetaClass() const = 0;
protected:
    virtual ~OSMetaClassBase() {}
};
#define OSDeclareDefaultStructors(c)                    \\
public:                                                 \\
    static const OSMetaClass gMetaClass;                \\
    const OSMetaClass *getMetaClass() const override;   \\
    c();                                                \\
protected:                                              \\
    ~c();                                               \\
private:
#define OSDefineMetaClassAndStructors(c, s)                                 \\
    const OSMetaClass c::gMetaClass;                                        \\
    const OSMetaClass *c::getMetaClass() const { return &gMetaClass; }      \\
    c::c() : s() { s *check = this; (void)check; }                          \\
    c::~c() {}
#define OSDynamicCast(c, o) (dynamic_cast<c *>(o))
class OSObject : public OSMetaClassBase {
public:
    static const OSMetaClass gMetaClass;
    const OSMetaClass *getMetaClass() const override;
};
class IOService : public OSObject {
public:
    virtual IOService *probe(IOService *provider, SInt32 *score);
    virtual bool start(IOService *provider);
    virtual void stop(IOService *provider);
    virtual void registerService(IOOptionBits options = 0);
    virtual bool terminate(IOOptionBits options = 0);
    virtual const char *getName() const;
};
`,
  'IOKit/IOUserClient.h': `#pragma once
#include <IOKit/IOService.h>
struct IOExternalMethodArguments { uint32_t version; uint64_t *scalarOutput; uint32_t scalarOutputCount; };
typedef IOReturn (*IOExternalMethodAction)(OSObject *, void *, IOExternalMethodArguments *);
struct IOExternalMethodDispatch {
    IOExternalMethodAction function;
    uint32_t checkScalarInputCount, checkStructureInputSize, checkScalarOutputCount, checkStructureOutputSize;
};
class IOUserClient : public IOService {
public:
    virtual IOReturn clientClose();
    virtual IOReturn externalMethod(uint32_t selector, IOExternalMethodArguments *arguments,
        IOExternalMethodDispatch *dispatch = 0, OSObject *target = 0, void *reference = 0);
};
`,
}

/**
 * What a compiler says of drafted sources; empty when nothing.
 *
 * @param headers of provider classes: class -> header
 */
export function compileDraft(
  files: readonly { readonly name: string; readonly text: string }[],
  headers: readonly (readonly [className: string, header: string])[],
): string {
  const folder = temporaryFolder()
  const include = join(folder, 'include')
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  for (const [path, text] of Object.entries(stubs)) put(join(include, path), text)
  for (const [className, header] of headers) {
    const stub = `#pragma once\n#include <IOKit/IOService.h>\nclass ${className} : public IOService {};\n`
    put(join(include, header), stub)
  }
  for (const { name, text } of files) put(join(folder, name), text)
  const sources = files.map(({ name }) => name).filter(name => name.endsWith('.cpp'))
  const flags = ['-fsyntax-only', '-std=c++11', '-Wall', '-Wextra', '-Werror', '-I', include]
  const run = spawnSync(compiler!, [...flags, ...sources], { cwd: folder, encoding: 'utf8' })
  return run.status === 0 ? '' : run.stderr
}
