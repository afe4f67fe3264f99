// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.linux.testing.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Calico's policies in one store, Kubernetes' in another.
class PolicySyncTest {

  private static final Duration USUAL = Duration.ofMinutes(5);

  private final MemoryDatastore stored = new MemoryDatastore();
  private final MeddledDatastore calico = new MeddledDatastore(stored);
  private final MemoryDatastore kubernetes = new MemoryDatastore();
  private final AtomicInteger news = new AtomicInteger();
  private final PolicySync sync =
      new PolicySync(calico, kubernetes, (_, _) -> news.incrementAndGet());

  @AfterEach
  void end() {
    sync.close();
    stored.close();
    kubernetes.close();
  }

  private static NetworkPolicy policy(String namespace, String name, String label) {
    return (NetworkPolicy)
        ResourceCodec.readStored(
            ResourceKind.NETWORK_POLICY,
            """
            {"metadata":{"namespace":"%s","name":"%s"},
             "spec":{"tier":"default","order":1000,"selector":"has(%s)","types":["Ingress"]}}"""
                .formatted(namespace, name, label));
  }

  private static ResourceKey key(String namespace, String name) {
    return new ResourceKey(ResourceKind.NETWORK_POLICY, namespace, name);
  }

  private List<String> policies() {
    return stored.list(ResourceKind.NETWORK_POLICY).stream()
        .map(NetworkPolicy.class::cast)
        .map(it -> it.key().namespace() + "/" + it.key().name() + "=" + it.spec().selector())
        .toList();
  }

  private boolean isSettled() {
    return sync.sync().isEmpty() && sync.notes().isEmpty() && sync.counts().waiting() == 0;
  }

  /// Until what is said is known: a round without anything left to do.
  private void follow(String... expected) {
    Waiting.until(
        () -> "policies are " + policies(),
        () -> isSettled() && policies().equals(List.of(expected)));
  }

  @Test
  void policiesAreMadeChangedAndRemoved() {
    Scene.written(stored.create(policy("shop", "mine", "own")));
    Scene.written(stored.create(policy("shop", "knp.default.gone", "x")));
    Scene.written(kubernetes.create(policy("shop", "knp.default.web", "a")));
    Scene.written(kubernetes.create(policy("mail", "knp.default.web", "b")));
    Scene.written(kubernetes.create(policy("mail", "calicos", "no")));
    follow("mail/knp.default.web=has(b)", "shop/knp.default.web=has(a)", "shop/mine=has(own)");
    assertThat(sync.counts()).isEqualTo(new PolicySync.Counts(2, 0, 0));

    Resource web = kubernetes.get(key("shop", "knp.default.web")).orElseThrow();
    Scene.written(
        kubernetes.update(policy("shop", "knp.default.web", "c").withMetadata(web.metadata())));
    Scene.written(kubernetes.delete(key("mail", "knp.default.web")));
    follow("shop/knp.default.web=has(c)", "shop/mine=has(own)");
    assertThat(news.get()).isPositive();

    Resource settled = stored.get(key("shop", "knp.default.web")).orElseThrow();
    assertThat(isSettled()).isTrue();
    assertThat(stored.get(key("shop", "knp.default.web"))).as("written once").contains(settled);
  }

  /// Who changes what is Kubernetes' finds it changed back.
  @Test
  void whatSomebodyChangesByHandIsPutRight() {
    Scene.written(kubernetes.create(policy("shop", "knp.default.web", "a")));
    follow("shop/knp.default.web=has(a)");

    Resource web = stored.get(key("shop", "knp.default.web")).orElseThrow();
    Scene.written(
        stored.update(policy("shop", "knp.default.web", "z").withMetadata(web.metadata())));
    follow("shop/knp.default.web=has(a)");
    Scene.written(stored.delete(key("shop", "knp.default.web")));
    follow("shop/knp.default.web=has(a)");
  }

  /// Who may not read policies must not remove what it does not see, nor open a namespace.
  @Test
  void nothingIsRemovedBeforeAllIsTold() {
    var forbidden = new MemoryDatastore();
    forbidden.forbid(ResourceKind.NETWORK_POLICY);
    Scene.written(stored.create(policy("shop", "knp.default.web", "a")));
    try (forbidden;
        var blind = new PolicySync(calico, forbidden, (_, _) -> {})) {
      Waiting.until(
          "the refusal is said", () -> blind.sync().toString().contains("does not allow"));
      assertThat(policies()).containsExactly("shop/knp.default.web=has(a)");
      assertThat(blind.areInForce()).rejects("shop");

      forbidden.allow(ResourceKind.NETWORK_POLICY);
      Waiting.until("it is gone", () -> blind.sync().isEmpty() && policies().isEmpty());
      assertThat(blind.areInForce()).accepts("shop");
    }
  }

  /// It lets more through, so what was heard is not enough.
  @Test
  void aRemovalIsAskedForOnceMore() {
    Scene.written(kubernetes.create(policy("shop", "knp.default.web", "a")));
    follow("shop/knp.default.web=has(a)");
    var late = new MeddledDatastore(kubernetes);
    try (var told = new PolicySync(calico, late, (_, _) -> {})) {
      Waiting.until("all is known", () -> told.sync().isEmpty());
      Scene.written(kubernetes.delete(key("shop", "knp.default.web")));
      Waiting.until("that it is gone is heard", () -> told.counts().waiting() == 1);
      late.beforeRead(
          ResourceKind.NETWORK_POLICY,
          () -> Scene.written(kubernetes.create(policy("shop", "knp.default.web", "a"))));
      assertThat(told.sync()).isEmpty();
      assertThat(late.isDone()).isTrue();
      assertThat(told.notes())
          .containsExactly(
              "%s stays: Kubernetes still has it".formatted(key("shop", "knp.default.web")));
      assertThat(policies()).containsExactly("shop/knp.default.web=has(a)");
    }
  }

  /// One that the store refuses must not keep the others away.
  @Test
  void onePolicyThatFailsHoldsUpNoOther() {
    for (String namespace : List.of("a", "b", "c")) {
      Scene.written(kubernetes.create(policy(namespace, "knp.default.web", "x")));
    }
    Waiting.until(
        "all is known", () -> sync.counts().kubernetes() == 3 && sync.areInForce().test("z"));
    calico.beforeWrite(
        ResourceKind.NETWORK_POLICY,
        () -> {
          throw new DatastoreException("request is too large");
        });

    assertThat(sync.sync()).isEmpty();
    assertThat(policies()).containsExactly("b/knp.default.web=has(x)", "c/knp.default.web=has(x)");
    assertThat(sync.notes()).containsExactly("request is too large");
    assertThat(sync.period(USUAL)).isLessThan(USUAL);
    assertThat(sync.areInForce()).rejects("a");
    Waiting.until("the others are in force", () -> sync.areInForce().test("b"));

    follow("a/knp.default.web=has(x)", "b/knp.default.web=has(x)", "c/knp.default.web=has(x)");
    assertThat(sync.period(USUAL)).isEqualTo(USUAL);
    assertThat(sync.areInForce()).accepts("a");
  }

  @Test
  void aStoreThatIsAwayIsNotAskedForEach() {
    for (int i = 0; i < 100; i++) {
      Scene.written(kubernetes.create(policy("n" + i, "knp.default.web", "x")));
    }
    Waiting.until(
        "all is known", () -> sync.counts().waiting() == 100 && sync.areInForce().test(""));
    stored.goDown("no quorum");
    assertThatThrownBy(sync::sync)
        .isInstanceOf(DatastoreException.class)
        .hasMessageContaining("no quorum");
    stored.comeBack();
    Waiting.until("all are there", () -> isSettled() && policies().size() == 100);
  }
}
