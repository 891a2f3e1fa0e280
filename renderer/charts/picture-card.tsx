import { Plus } from 'lucide-react'
import { nodesOf, planeNamed } from '../../core/registry/lookup.ts'
import { nodeLabel } from '../../core/registry/paths.ts'
import type { EntryIndex, Snapshot } from '../../core/registry/snapshot.ts'
import { textAt } from '../registry/columns.ts'
import { stateBrief } from '../registry/service-state.ts'
import { classNames } from '../widgets/class-names.ts'
import { ToneMark } from '../widgets/state-mark.tsx'
import { visibleText } from '../widgets/visible-text.ts'
import type { PictureShape } from './picture-shape.ts'
import type { MoreCard, PictureCard, ServiceCard } from './service-picture-types.ts'
import styles from './service-picture.module.css'

export interface PictureCardProps {
  readonly card: PictureCard
  readonly shape: PictureShape
  readonly snapshot: Snapshot
  readonly plane: string
  /** One card at a time is reached by Tab; the arrow keys lead on from there. */
  readonly isFocusable: boolean
  readonly onFocus: () => void
  readonly onSelect: () => void
  readonly onMore: () => void
}

export function PictureCardView(props: PictureCardProps) {
  const { card } = props
  const place = {
    left: card.x,
    top: card.y - card.height / 2,
    width: card.width,
    height: card.height,
  }
  return (
    <div className={classNames(styles.place, styles[props.shape])} style={place}>
      {card.kind === 'more' ? <More {...props} card={card} /> : <Service {...props} card={card} />}
    </div>
  )
}

function Service(props: PictureCardProps & { readonly card: ServiceCard }) {
  const { card, snapshot, plane, isFocusable, onFocus, onSelect, onMore } = props
  const name = visibleText(nameIn(snapshot, plane, card.entry))
  const className = textAt(snapshot.strings, snapshot.entries.className[card.entry]!)
  const state = stateBrief(snapshot.entries, card.entry)
  const isSelected = card.role === 'selected'
  const shownClass = visibleText(className ?? 'class not known')
  const providers = card.providerCount > 1 && `${card.providerCount} providers`
  // What is seen on it, and in that order, for who says it to the computer; then what its place says.
  const words = [name, providers, shownClass, state?.word, rolePhrase(card)]
  return (
    <>
      <button
        type="button"
        data-card={card.key}
        tabIndex={isFocusable ? 0 : -1}
        aria-current={isSelected ? 'true' : undefined}
        aria-label={words.filter(Boolean).join(', ')}
        title={words.filter(Boolean).join('\n')}
        className={classNames(
          styles.card,
          isSelected && styles.selected,
          card.role === 'sibling' && styles.aside,
        )}
        onFocus={onFocus}
        onClick={onSelect}
      >
        <span className={styles.line}>
          <span className={styles.name}>{name}</span>{' '}
          {providers && <span className={styles.providers}>{providers}</span>}
        </span>{' '}
        <span className={styles.class}>{shownClass}</span>{' '}
        <span className={styles.state}>
          {state && (
            <>
              <ToneMark tone={state.tone} />
              {state.word}
            </>
          )}
        </span>
      </button>
      {card.foldedCount > 0 && (
        <button
          type="button"
          className={styles.unfold}
          tabIndex={isFocusable ? 0 : -1}
          aria-label={`Show ${clients(card.foldedCount)} of ${name}`}
          title={`Show ${clients(card.foldedCount)}`}
          onClick={onMore}
        >
          <Plus size={12} strokeWidth={2} aria-hidden="true" />
          {card.foldedCount}
        </button>
      )}
    </>
  )
}

function More(props: PictureCardProps & { readonly card: MoreCard }) {
  const { card, snapshot, plane, isFocusable, onFocus, onMore } = props
  const { count, of } = card
  const provider = of === 'providers' ? '' : nameIn(snapshot, plane, card.entry)
  const text = {
    clients: `${count} more ${count === 1 ? 'client' : 'clients'}`,
    siblings: `${count} other ${count === 1 ? 'client' : 'clients'}`,
    providers: `${count} providers between`,
  }[of]
  return (
    <button
      type="button"
      data-card={card.key}
      tabIndex={isFocusable ? 0 : -1}
      className={classNames(styles.card, styles.more)}
      onFocus={onFocus}
      onClick={onMore}
    >
      <span className={styles.moreText}>
        <Plus size={12} strokeWidth={2} aria-hidden="true" />
        {text}
      </span>
      {provider !== '' && <span className={styles.class}>{`of ${visibleText(provider)}`}</span>}
    </button>
  )
}

function rolePhrase({ role, clientCount }: ServiceCard): string {
  const count = clientCount === 0 ? 'no clients' : clients(clientCount)
  return role === 'selected' ? count : `${role}, ${count}`
}

function clients(count: number): string {
  return `${count} ${count === 1 ? 'client' : 'clients'}`
}

function nameIn(snapshot: Snapshot, planeName: string, entry: EntryIndex): string {
  const plane = planeNamed(snapshot, planeName)
  const node = plane && nodesOf(snapshot, plane, entry)[0]
  if (plane && node !== undefined) return nodeLabel(snapshot, plane, node)
  return textAt(snapshot.strings, snapshot.entries.name[entry]!) ?? '?'
}
