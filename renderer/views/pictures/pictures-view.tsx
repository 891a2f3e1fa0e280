import { useKextReading } from '../../charts/use-kext-reading.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { colourOf, type PictureName } from '../../state/pictures-state.ts'
import { Tabs } from '../../widgets/tabs.tsx'
import { KextGraphView } from './kext-graph-view.tsx'
import { PowerPlaneView } from './power-plane-view.tsx'
import { ReadingKexts } from './reading-kexts.tsx'
import { RegistryMapView } from './registry-map-view.tsx'
import { ServiceTreeView } from './service-tree-view.tsx'
import { StackView } from './stack-view.tsx'
import { pictureWords } from './picture-words.ts'
import { usePreparedMap } from './use-prepared-map.ts'
import styles from './pictures-view.module.css'

const tabs = (['tree', 'stack', 'kexts', 'map', 'power'] as const).map(value => ({
  value,
  text: pictureWords[value],
}))

/** The registry and the kexts as pictures. */
export function PicturesView({ current }: { readonly current: OpenCapture }) {
  const actions = useActions()
  const pictures = useApp(state => state.pictures)
  const { picture, registryMap } = pictures
  const isMapByKext = picture === 'map' && registryMap.by === 'kext'
  const read = useKextReading(current, isMapByKext || colourOf(pictures) === 'kext')
  usePreparedMap(current)
  return (
    <div className={styles.view}>
      <Tabs
        label="Pictures"
        value={picture}
        tabs={tabs}
        onChange={next => actions.setPictures({ picture: next })}
      >
        <div className={styles.stage}>
          {read === null ? (
            pictureNamed(picture, current)
          ) : (
            <ReadingKexts
              share={read}
              onCancel={() =>
                actions.setPictures({
                  colourBy: null,
                  ...(isMapByKext ? { registryMap: { ...registryMap, by: 'class', way: [] } } : {}),
                })
              }
            />
          )}
        </div>
      </Tabs>
    </div>
  )
}

// Each picture draws a scene on `PictureStage`.
function pictureNamed(picture: PictureName, current: OpenCapture) {
  switch (picture) {
    case 'tree':
      return <ServiceTreeView current={current} />
    case 'power':
      return <PowerPlaneView current={current} />
    case 'stack':
      return <StackView current={current} />
    case 'kexts':
      return <KextGraphView current={current} />
    case 'map':
      return <RegistryMapView current={current} />
  }
}
