// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static dev.brindle.bird.rib.Choice.Rule.ADDRESS;
import static dev.brindle.bird.rib.Choice.Rule.AS_PATH;
import static dev.brindle.bird.rib.Choice.Rule.CLUSTER_LIST;
import static dev.brindle.bird.rib.Choice.Rule.EXTERNAL;
import static dev.brindle.bird.rib.Choice.Rule.IDENTIFIER;
import static dev.brindle.bird.rib.Choice.Rule.LAST_RESORT;
import static dev.brindle.bird.rib.Choice.Rule.LOCAL_PREF;
import static dev.brindle.bird.rib.Choice.Rule.MULTI_EXIT_DISC;
import static dev.brindle.bird.rib.Choice.Rule.NAME;
import static dev.brindle.bird.rib.Choice.Rule.ONLY_PATH;
import static dev.brindle.bird.rib.Choice.Rule.ORIGIN;
import static dev.brindle.bird.rib.Choice.Rule.PATH_ID;
import static dev.brindle.bird.rib.Choice.Rule.PREFERENCE;

import dev.brindle.bird.rib.Choice.Rule;

/// Which rule ruled out the last other path of a prefix, for people who ask. Every other path
/// falls at one rule: at MED if it is not among the survivors of it, else at the first where the
/// best path is better. The last of these rules has decided.
final class DecidingRule {

  private final BlockFacts facts;
  private final Sources sources;
  private final Decision decision;

  DecidingRule(BlockFacts facts, Sources sources, Decision decision) {
    this.facts = facts;
    this.sources = sources;
    this.decision = decision;
  }

  Rule of(long[] paths, int from, int count, int best) {
    Survivors survivors = new Survivors(facts);
    int left = survivors.of(decision, paths, from, count);
    Rule rule = ONLY_PATH;
    int next = 0;
    for (int i = 0; i < count; i++) {
      boolean survives = next < left && survivors.get(next) == i;
      next += survives ? 1 : 0;
      if (i != best) {
        long path = paths[from + i];
        Rule fatal =
            survives ? afterMed(path, paths[from + best]) : upToMed(path, paths[from + best]);
        rule = fatal.compareTo(rule) > 0 ? fatal : rule;
      }
    }
    return rule;
  }

  private Rule upToMed(long path, long best) {
    int block = PathWord.block(path);
    int bestBlock = PathWord.block(best);
    if (decision.isLastResort(path) != decision.isLastResort(best)) {
      return LAST_RESORT;
    }
    if (decision.isPreferred(path) != decision.isPreferred(best)) {
      return PREFERENCE;
    }
    if (facts.localPref(block) != facts.localPref(bestBlock)) {
      return LOCAL_PREF;
    }
    if (facts.asLength(block) != facts.asLength(bestBlock)) {
      return AS_PATH;
    }
    return facts.origin(block) != facts.origin(bestBlock) ? ORIGIN : MULTI_EXIT_DISC;
  }

  private Rule afterMed(long path, long best) {
    int source = PathWord.source(path);
    int bestSource = PathWord.source(best);
    if (sources.kind(source) != sources.kind(bestSource)) {
      return EXTERNAL;
    }
    if (decision.identifier(path) != decision.identifier(best)) {
      return IDENTIFIER;
    }
    if (decision.clusters(path) != decision.clusters(best)) {
      return CLUSTER_LIST;
    }
    if (source == bestSource) {
      return PATH_ID;
    }
    return sources.compareAddresses(source, bestSource) != 0 ? ADDRESS : NAME;
  }
}
