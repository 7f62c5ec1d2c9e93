import type { UpdatesConfig } from "@urql/exchange-graphcache";
import {
  RankedFragmentDoc,
  type ListChangedSubscription,
  type ListChangedSubscriptionVariables,
} from "./generated/graphql";
import { PAGE } from "./options";

export const updates: UpdatesConfig = {
  Subscription: {
    // The list as it is now takes the place of all pages of that list.
    rankingChanged(result, args, cache) {
      const { ranking } = (result as ListChangedSubscription).rankingChanged;
      const options = args.options as ListChangedSubscriptionVariables["options"];
      const place = { __typename: "Place" as const, id: args.subject as string };
      for (const { fieldName, arguments: given } of cache.inspectFields(place)) {
        const isThisList = JSON.stringify(given?.options) === JSON.stringify(options);
        if (fieldName === "rankedProjects" && isThisList) cache.invalidate(place, fieldName, given);
      }
      cache.writeFragment(RankedFragmentDoc, { ...place, rankedProjects: ranking }, { first: PAGE, options });
    },
  },
};
