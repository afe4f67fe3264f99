// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.policy.rule.PolicyRule;
import dev.brindle.policy.rule.ServiceKnowledge;
import dev.brindle.policy.rule.SideMatch;
import dev.brindle.policy.set.IpSetMember;
import dev.brindle.policy.set.IpSetName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever the way, the same resources give the same image.
class PolicyEngineOrderTest {

  private static final String NODE = "n1";

  static Stream<Long> seeds() {
    return Stream.iterate(1L, seed -> seed + 1).limit(60);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyBatchGivesWhatTheOracleGives(long seed) {
    var random = new Random(seed);
    var cluster = new RandomCluster(random);
    var engine = new PolicyEngine(NODE, ServiceKnowledge.KNOWN);
    Map<ResourceKey, Resource> present = new TreeMap<>();
    PolicyImage summed = PolicyImage.EMPTY;

    for (int batch = 0; batch < 60; batch++) {
      List<Change> changes = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        changes.add(cluster.change());
      }
      changes.forEach(change -> take(present, change));

      PolicyDelta delta = engine.apply(changes);
      assertStrict(delta, summed);
      summed = summed.after(delta);

      PolicyImage expected = FromScratch.image(NODE, present.values());
      assertSame(engine.image(), expected, "image, batch " + batch);
      assertSame(summed, expected, "sum of deltas, batch " + batch);
      assertClosed(summed);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void orderRepeatsAndBatchesDoNotMatter(long seed) {
    var random = new Random(seed);
    var cluster = new RandomCluster(random);
    Map<ResourceKey, Resource> present = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      take(present, cluster.change());
    }
    List<Change> changes = new ArrayList<>(present.values().stream().map(Change::to).toList());
    PolicyImage expected = FromScratch.image(NODE, present.values());

    assertSame(imageAfter(List.of(changes)), expected, "all at once");
    assertSame(imageAfter(List.of(changes, changes, List.of())), expected, "twice");
    assertSame(imageAfter(changes.stream().map(List::of).toList()), expected, "one by one");
    assertSame(
        imageAfter(changes.reversed().stream().map(List::of).toList()), expected, "reversed");
    Collections.shuffle(changes, random);
    assertSame(imageAfter(changes.stream().map(List::of).toList()), expected, "shuffled");
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whenAllIsGoneNothingIsLeft(long seed) {
    var random = new Random(seed);
    var cluster = new RandomCluster(random);
    var engine = new PolicyEngine(NODE, ServiceKnowledge.KNOWN);
    Set<ResourceKey> keys = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      Change change = cluster.change();
      keys.add(change.key());
      engine.apply(List.of(change));
    }

    engine.apply(keys.stream().map(Change::gone).toList());

    assertThat(engine.image()).isEqualTo(PolicyImage.EMPTY);
    assertThat(engine.problems()).isEmpty();
  }

  private static PolicyImage imageAfter(List<List<Change>> batches) {
    var engine = new PolicyEngine(NODE, ServiceKnowledge.KNOWN);
    batches.forEach(engine::apply);
    return engine.image();
  }

  private static void take(Map<ResourceKey, Resource> present, Change change) {
    // the built-in profile and tiers cannot be replaced
    if (change.key().name().equals(PolicyEngine.DEFAULT_ALLOW)) {
      return;
    }
    change
        .value()
        .ifPresentOrElse(
            value -> present.put(change.key(), value), () -> present.remove(change.key()));
  }

  private static void assertSame(PolicyImage found, PolicyImage expected, String when) {
    assertThat(found.endpoints()).as("endpoints: %s", when).isEqualTo(expected.endpoints());
    assertThat(found.policies()).as("policies: %s", when).isEqualTo(expected.policies());
    assertThat(found.profiles()).as("profiles: %s", when).isEqualTo(expected.profiles());
    assertThat(found.sets()).as("sets: %s", when).isEqualTo(expected.sets());
  }

  /// A delta says nothing that is so already.
  private static void assertStrict(PolicyDelta delta, PolicyImage before) {
    assertThat(Collections.disjoint(before.sets().keySet(), delta.newSets().keySet())).isTrue();
    assertThat(before.sets().keySet()).containsAll(delta.goneSets());
    delta
        .setChanges()
        .forEach(
            (name, change) -> {
              Set<IpSetMember> members = before.sets().getOrDefault(name, Set.of());
              assertThat(members).containsAll(change.removed());
              assertThat(Collections.disjoint(members, change.added())).isTrue();
              assertThat(change.added().isEmpty() && change.removed().isEmpty()).isFalse();
            });
    assertDifferent(delta.policies(), before.policies());
    assertDifferent(delta.profiles(), before.profiles());
    assertDifferent(delta.endpoints(), before.endpoints());
  }

  private static <K, V> void assertDifferent(Map<K, Optional<V>> changes, Map<K, V> before) {
    changes.forEach(
        (key, value) -> assertThat(value).isNotEqualTo(Optional.ofNullable(before.get(key))));
  }

  /// Everything that is referred to is there, and nothing else is.
  private static void assertClosed(PolicyImage image) {
    Set<IpSetName> wanted = new HashSet<>();
    Stream.concat(image.policies().values().stream(), image.profiles().values().stream())
        .flatMap(rules -> Stream.concat(rules.ingress().stream(), rules.egress().stream()))
        .map(PolicyRule::match)
        .flatMap(match -> Stream.of(match.source(), match.destination()))
        .forEach(side -> wanted.addAll(setsOf(side)));
    assertThat(image.sets().keySet()).isEqualTo(wanted);
    image
        .endpoints()
        .values()
        .forEach(
            endpoint -> {
              assertThat(image.profiles().keySet()).containsAll(endpoint.profiles());
              Stream.concat(endpoint.ingress().stream(), endpoint.egress().stream())
                  .forEach(
                      tier -> assertThat(image.policies().keySet()).containsAll(tier.policies()));
            });
  }

  private static List<IpSetName> setsOf(SideMatch side) {
    return Stream.of(side.sets(), side.notSets(), side.portSets(), side.notPortSets())
        .flatMap(List::stream)
        .toList();
  }
}
