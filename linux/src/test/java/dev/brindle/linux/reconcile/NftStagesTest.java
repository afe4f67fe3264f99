// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.linux.nft.NftTransaction;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Changes are counted here, not measured: rules and elements count one each, all else nothing.
class NftStagesTest {

  private static final NftFamily IP = NftFamily.IP;
  private static final NftSet S = new NftSet("s", NftSet.Key.PREFIX, false, Set.of());
  private static final NftSet T = new NftSet("t", NftSet.Key.PREFIX, false, Set.of());

  private static Predicate<List<NftChange>> atMost(int count) {
    return changes -> changes.stream().mapToInt(NftStagesTest::weight).sum() <= count;
  }

  private static int weight(NftChange change) {
    return switch (change) {
      case NftChange.SetRules(_, _, _, var rules) -> rules.size();
      case NftChange.AddElements(_, _, _, var elements) -> elements.size();
      case NftChange.RemoveElements(_, _, _, var elements) -> elements.size();
      default -> 0;
    };
  }

  private static NftChange put(String chain) {
    return new NftChange.PutChain(IP, "t", new NftChain(chain, Optional.empty(), List.of()));
  }

  private static NftChange rules(String chain, int count) {
    NftRule rule = NftRule.of(NftExpression.DROP);
    return new NftChange.SetRules(IP, "t", chain, Collections.nCopies(count, rule));
  }

  private static Set<NftElement> nets(String... cidrs) {
    return Arrays.stream(cidrs)
        .map(cidr -> new NftElement.Net(Cidr.parse(cidr)))
        .collect(Collectors.toSet());
  }

  private static NftChange add(NftSet set, String... cidrs) {
    return new NftChange.AddElements(IP, "t", set, nets(cidrs));
  }

  private static NftChange remove(NftSet set, String... cidrs) {
    return new NftChange.RemoveElements(IP, "t", set, nets(cidrs));
  }

  private static List<String> stages(int capacity, NftChange... changes) {
    return NftStages.of(new NftTransaction(List.of(changes)), atMost(capacity)).stream()
        .map(stage -> stage.changes().stream().map(NftStagesTest::text).toList())
        .map(texts -> String.join(", ", texts))
        .toList();
  }

  private static String text(NftChange change) {
    return switch (change) {
      case NftChange.PutChain(_, _, var chain) -> "put " + chain.name();
      case NftChange.SetRules(_, _, var chain, var rules) -> chain + "=" + rules.size();
      case NftChange.RemoveChain(_, _, var chain) -> "remove " + chain;
      case NftChange.AddElements(_, _, var set, var elements) -> set.name() + "+" + names(elements);
      case NftChange.RemoveElements(_, _, var set, var elements) ->
          set.name() + "-" + names(elements);
      default -> change.toString();
    };
  }

  private static String names(Set<NftElement> elements) {
    return elements.stream()
        .map(element -> ((NftElement.Net) element).cidr().toString())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  @Test
  void whatFitsStaysWhole() {
    assertThat(stages(5, rules("a", 2), rules("b", 3))).containsExactly("a=2, b=3");
  }

  @Test
  void whatNobodyRefersToComesFirstAndLeavesLast() {
    NftChange gone = new NftChange.RemoveChain(IP, "t", "old");
    assertThat(stages(5, put("new"), rules("new", 4), rules("a", 3), rules("old", 0), gone))
        .containsExactly("put new, new=4", "a=3", "old=0, remove old");
  }

  @Test
  void presentChainsAreSwitchedToTheirTwinsAtOnce() {
    assertThat(stages(3, rules("a", 2), rules("b", 2)))
        .containsExactly(
            "put a~, put b~",
            "a~=2",
            "b~=2",
            "a=1, b=1",
            "a=2",
            "b=2",
            "a~=0, b~=0",
            "remove a~, remove b~");
  }

  @Test
  void anAddressChangesInAllSetsAtOnceAndWithWhatOverlapsIt() {
    assertThat(
            stages(
                3,
                remove(S, "10.0.0.0/8", "192.0.2.1/32"),
                add(S, "10.1.0.0/16"),
                add(T, "10.2.0.0/16", "192.0.2.1/32")))
        .containsExactly(
            "s-10.0.0.0/8, s+10.1.0.0/16, t+10.2.0.0/16", "s-192.0.2.1/32, t+192.0.2.1/32");
  }

  @Test
  void elementsOfANewSetComeInAnyPortions() {
    assertThat(stages(1, new NftChange.PutSet(IP, "t", S), add(S, "10.0.0.0/32", "10.0.0.1/32")))
        .filteredOn(stage -> stage.startsWith("s+"))
        .hasSize(2)
        .allSatisfy(stage -> assertThat(stage).containsOnlyOnce("/32"));
  }

  @Test
  void whatIsMadeAnewIsNotTakenApart() {
    NftChange[] remade = {
      rules("a", 0), new NftChange.RemoveChain(IP, "t", "a"), put("a"), rules("a", 9)
    };
    assertThat(stages(3, remade)).hasSize(1);
  }
}
