// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.NftRefusedException.Refused;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.nft.NftTransaction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BrokenPartsTest {

  private static final NftFamily IP = NftFamily.IP;
  private static final NftSet WEB = new NftSet("web", NftSet.Key.PREFIX, false, Set.of());
  private static final NftSet HOSTS = new NftSet("hosts", NftSet.Key.PREFIX, false, Set.of());
  private static final NftSet MAP =
      new NftSet(
          "map",
          NftSet.Key.INTERFACE,
          true,
          Set.of(
              new NftElement.GoTo("cali1", "filter-cali-tw-cali1"),
              new NftElement.GoTo("cali2", "filter-cali-tw-cali2")));
  private static final NftTable DESIRED =
      table(
          chain("filter-cali-pi-a", inSet("web"), NftExpression.ACCEPT),
          chain("filter-cali-pi-b", NftExpression.ACCEPT),
          chain("filter-cali-tw-cali1", new NftExpression.Jump("filter-cali-pi-a")),
          chain("filter-cali-tw-cali2", new NftExpression.Jump("filter-cali-pi-b")),
          chain("filter-cali-INPUT", inSet("hosts"), NftExpression.ACCEPT));

  private static NftExpression inSet(String name) {
    return new NftExpression.InSet(NftExpression.Side.SOURCE, name, false);
  }

  private static NftTable table(NftChain... chains) {
    return new NftTable(
        IP,
        "calico",
        new TreeMap<>(
            Arrays.stream(chains).collect(Collectors.toMap(NftChain::name, Function.identity()))),
        new TreeMap<>(
            List.of(WEB, HOSTS, MAP).stream()
                .collect(Collectors.toMap(NftSet::name, Function.identity()))));
  }

  private static NftChain chain(String name, NftExpression... expressions) {
    return new NftChain(name, Optional.empty(), List.of(NftRule.of(expressions)));
  }

  private static Optional<BrokenParts> broken(NftChange... changes) {
    List<Refused> refused =
        Arrays.stream(changes).map(c -> new Refused(c, Errno.EINVAL, "EINVAL")).toList();
    return BrokenParts.NONE.and(refused, List.of(DESIRED));
  }

  private static NftChange rules(String chain) {
    return new NftChange.SetRules(IP, "calico", chain, List.of());
  }

  private static NftChange set(NftSet set) {
    return new NftChange.PutSet(IP, "calico", set);
  }

  private static List<String> dropping(NftTable table) {
    return table.chains().values().stream()
        .filter(chain -> chain.rules().getFirst().expressions().equals(List.of(NftExpression.DROP)))
        .map(NftChain::name)
        .toList();
  }

  @Test
  void aRefusedChainDrops() {
    BrokenParts broken = broken(rules("filter-cali-pi-b")).orElseThrow();

    assertThat(dropping(broken.close(DESIRED))).containsExactly("filter-cali-pi-b");
    assertThat(broken.devices(List.of(DESIRED))).containsExactly("cali2");
    assertThat(broken.problems(List.of(DESIRED), name -> "<" + name + ">"))
        .containsExactly("rules: <filter-cali-pi-b> drops all, the rest is in force: EINVAL");
  }

  @Test
  void aRefusedSetClosesWhatNeedsItAndIsLeftOut() {
    BrokenParts broken = broken(set(WEB)).orElseThrow();

    assertThat(dropping(broken.close(DESIRED))).containsExactly("filter-cali-pi-a");
    assertThat(broken.close(DESIRED).sets()).containsOnlyKeys("hosts", "map");
    assertThat(broken.devices(List.of(DESIRED))).containsExactly("cali1");
  }

  @Test
  void aTwinStandsForItsChain() {
    assertThat(broken(rules("filter-cali-pi-a~")).map(b -> dropping(b.close(DESIRED))))
        .contains(List.of("filter-cali-pi-a"));
  }

  @Test
  void whatAllDependsOnCannotBeLeftOut() {
    assertThat(broken(rules("filter-cali-INPUT"))).isEmpty();
    assertThat(broken(set(HOSTS))).isEmpty();
    assertThat(broken(new NftChange.PutTable(IP, "calico"))).isEmpty();
    assertThat(broken(rules("filter-cali-pi-a"), rules("filter-cali-INPUT"))).isEmpty();
  }

  @Test
  void theSameRefusalAgainIsNoProgress() {
    BrokenParts broken = broken(rules("filter-cali-pi-a")).orElseThrow();
    var again = new Refused(rules("filter-cali-pi-a"), Errno.EINVAL, "EINVAL");
    assertThat(broken.and(List.of(again), List.of(DESIRED))).isEmpty();
  }

  @Test
  void aChangeOfWhatIsBrokenIsWorthAnotherTry() {
    BrokenParts broken = broken(set(WEB)).orElseThrow();
    NftRule needs = NftRule.of(inSet("web"));
    assertThat(broken.isTouchedBy(one(rules("filter-cali-pi-b")))).isFalse();
    assertThat(broken.isTouchedBy(one(set(WEB)))).isTrue();
    assertThat(
            broken.isTouchedBy(
                one(new NftChange.SetRules(IP, "calico", "filter-cali-pi-c", List.of(needs)))))
        .isTrue();
    assertThat(BrokenParts.NONE.isTouchedBy(one(set(WEB)))).isFalse();
  }

  private static NftTransaction one(NftChange change) {
    return new NftTransaction(List.of(change));
  }
}
