import type { DraftNames } from './draft-names.ts'
import type { ProviderKit } from './provider-kits.ts'

// The C++ of a drafted driver. `super` is what every driver of the kernel calls its superclass.

export interface SourceOptions {
  readonly names: DraftNames
  /** The provider's public class; null: it is treated as an IOService. */
  readonly kit: ProviderKit | null
  readonly hasProbe: boolean
}

export function driverHeader({ names, kit, hasProbe }: SourceOptions): string {
  const guard = guardOf(names.fileName)
  const probe = hasProbe
    ? `    IOService *probe(IOService *provider, SInt32 *score) override;\n`
    : ''
  const provider = kit
    ? `
private:
    // Ours from start() to stop(); not retained, as IOKit keeps a provider as long as its clients.
    ${kit.className} *fProvider;
`
    : ''
  return `#ifndef ${guard}
#define ${guard}

#include <IOKit/IOService.h>
${kit ? `#include <${kit.header}>\n` : ''}
class ${names.className} : public IOService {
    OSDeclareDefaultStructors(${names.className})

public:
${probe}    bool start(IOService *provider) override;
    void stop(IOService *provider) override;
${provider}};

#endif
`
}

export function driverSource({ names, kit, hasProbe }: SourceOptions): string {
  const c = names.className
  const probe = hasProbe
    ? `
// Looks whether this is really a device for us. It may change the score that decides between drivers of one
// match category; whoever returns nullptr is out. Nothing may be left changed here: start() may never come.
IOService *${c}::probe(IOService *provider, SInt32 *score)
{
    IOService *result = super::probe(provider, score);
    IOLog("${c}: probe on %s, score %d: %s\\n", provider->getName(), (int)*score,
          result == nullptr ? "no" : "yes");
    return result;
}
`
    : ''
  const cast = kit
    ? `    fProvider = OSDynamicCast(${kit.className}, provider);
    if (fProvider == nullptr) {
        IOLog("${c}: %s is no ${kit.className}\\n", provider->getName());
        return false;
    }
`
    : ''
  const forget = kit ? `    fProvider = nullptr;\n` : ''
  return `#include "${names.fileName}.hpp"

#include <IOKit/IOLib.h>

#define super IOService
OSDefineMetaClassAndStructors(${c}, IOService)
${probe}
bool ${c}::start(IOService *provider)
{
${cast}    if (!super::start(provider)) {
        IOLog("${c}: cannot start on %s\\n", provider->getName());
        return false;
    }
    IOLog("${c}: started on %s\\n", provider->getName());

    // Set the device up before this line: from here on applications and other drivers can find the driver.
    registerService();
    return true;
}

void ${c}::stop(IOService *provider)
{
    IOLog("${c}: stopping\\n");
${forget}    super::stop(provider);
}
`
}

export function userClientHeader({ names }: SourceOptions): string {
  const guard = guardOf(`${names.fileName}_user_client`)
  return `#ifndef ${guard}
#define ${guard}

#include <IOKit/IOUserClient.h>

class ${names.className};

// One of these for each time that a program opens the driver.
class ${names.userClientClass} : public IOUserClient {
    OSDeclareDefaultStructors(${names.userClientClass})

public:
    bool start(IOService *provider) override;
    IOReturn clientClose() override;
    IOReturn externalMethod(uint32_t selector, IOExternalMethodArguments *arguments,
                            IOExternalMethodDispatch *dispatch, OSObject *target,
                            void *reference) override;

private:
    static IOReturn ping(OSObject *target, void *reference, IOExternalMethodArguments *arguments);

    ${names.className} *fDriver;
};

#endif
`
}

export function userClientSource({ names }: SourceOptions): string {
  const c = names.userClientClass
  return `#include "${names.fileName}_user_client.hpp"
#include "${names.fileName}.hpp"

#include <IOKit/IOLib.h>

#define super IOUserClient
OSDefineMetaClassAndStructors(${c}, IOUserClient)

bool ${c}::start(IOService *provider)
{
    fDriver = OSDynamicCast(${names.className}, provider);
    if (fDriver == nullptr || !super::start(provider)) {
        return false;
    }
    IOLog("${c}: opened\\n");
    return true;
}

IOReturn ${c}::clientClose()
{
    IOLog("${c}: closed\\n");
    terminate();
    return kIOReturnSuccess;
}

// Selector 0: takes nothing, gives one number. The kernel checks the counts before it calls.
IOReturn ${c}::ping(OSObject *target, void *reference, IOExternalMethodArguments *arguments)
{
    (void)target;
    (void)reference;
    arguments->scalarOutput[0] = 42;
    return kIOReturnSuccess;
}

IOReturn ${c}::externalMethod(uint32_t selector, IOExternalMethodArguments *arguments,
                              IOExternalMethodDispatch *dispatch, OSObject *target,
                              void *reference)
{
    static const IOExternalMethodDispatch methods[] = {
        {&${c}::ping, 0, 0, 1, 0},
    };
    if (selector >= sizeof(methods) / sizeof(methods[0])) {
        return kIOReturnUnsupported;
    }
    dispatch = const_cast<IOExternalMethodDispatch *>(&methods[selector]);
    target = this;
    return super::externalMethod(selector, arguments, dispatch, target, reference);
}
`
}

function guardOf(fileName: string): string {
  // Two underscores in a row are for compilers.
  return `${fileName.toUpperCase()}_HPP`.replace(/_+/g, '_')
}
