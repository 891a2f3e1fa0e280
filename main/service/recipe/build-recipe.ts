import type { ActionRequest } from '../../../core/contract/types.ts'
import { assertNever } from '../../../core/failure.ts'
import { loopRecipe, preflightRecipe, pushRecipe } from './bundle-recipes.ts'
import type { RecipeFacts } from './facts.ts'
import {
  leakHuntRecipe,
  loadRecipe,
  terminateRecipe,
  unloadRecipe,
  verifyRecipe,
} from './guest-recipes.ts'
import type { Recipe } from './step.ts'

/** The steps that a request comes to in this guest, and what to know and to accept before. */
export async function buildRecipe(request: ActionRequest, facts: RecipeFacts): Promise<Recipe> {
  switch (request.kind) {
    case 'push':
      return pushRecipe(request, facts)
    case 'preflight':
      return preflightRecipe(request, facts)
    case 'loop':
      return loopRecipe(request, facts)
    case 'load':
    case 'reload':
      return loadRecipe(request, facts)
    case 'unload':
      return unloadRecipe(request, facts)
    case 'terminate-class':
      return terminateRecipe(request, facts)
    case 'verify':
      return verifyRecipe(request, facts)
    case 'leak-hunt':
      return leakHuntRecipe(request, facts)
    default:
      return assertNever(request)
  }
}
