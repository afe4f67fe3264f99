// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.controllers.settings.ControllerSettings;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.linux.testing.Waiting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Calico's profiles in one store, Kubernetes' in another.
class ProfileSyncTest {

  private final MemoryDatastore calico = new MemoryDatastore();
  private final MemoryDatastore kubernetes = new MemoryDatastore();
  private final AtomicInteger news = new AtomicInteger();
  private final ProfileSync sync =
      new ProfileSync(calico, kubernetes, (_, _) -> news.incrementAndGet());

  @AfterEach
  void end() {
    sync.close();
    calico.close();
    kubernetes.close();
  }

  private static Profile profile(String name, String label) {
    return new Profile(
        Metadata.named(name), new Profile.Spec(List.of(), List.of(), Map.of("l", label)));
  }

  private static ControllerSettings settings(String controllers) {
    return ControllerSettings.of(
        Optional.of(
            (KubeControllersConfiguration)
                ResourceCodec.readStored(
                    ResourceKind.KUBE_CONTROLLERS_CONFIGURATION,
                    "{\"metadata\":{\"name\":\"default\"},\"spec\":{\"controllers\":%s}}"
                        .formatted(controllers))),
        Map.of());
  }

  private static final ControllerSettings BOTH =
      settings("{\"namespace\":{},\"serviceAccount\":{}}");

  private List<String> profiles() {
    return calico.list(ResourceKind.PROFILE).stream()
        .map(it -> it.metadata().name() + "=" + ((Profile) it).spec().labelsToApply().get("l"))
        .toList();
  }

  /// Until what is said is known: a round without anything left to do.
  private void follow(ControllerSettings settings, String... expected) {
    Waiting.until(
        () -> "profiles are " + profiles(),
        () -> sync.sync(settings, _ -> true).isEmpty() && profiles().equals(List.of(expected)));
  }

  @Test
  void profilesAreMadeChangedAndRemoved() {
    Scene.written(calico.create(profile("mine", "own")));
    Scene.written(calico.create(profile("kns.gone", "x")));
    Scene.written(kubernetes.create(profile("kns.shop", "1")));
    Scene.written(kubernetes.create(profile("ksa.shop.web", "2")));
    Scene.written(kubernetes.create(profile("projectcalico-default-allow", "no")));
    follow(BOTH, "kns.shop=1", "ksa.shop.web=2", "mine=own");

    Resource shop = kubernetes.get(key("kns.shop")).orElseThrow();
    Scene.written(kubernetes.update(profile("kns.shop", "3").withMetadata(shop.metadata())));
    Scene.written(kubernetes.delete(key("ksa.shop.web")));
    follow(BOTH, "kns.shop=3", "mine=own");
    assertThat(news.get()).isPositive();

    Resource settled = calico.get(key("kns.shop")).orElseThrow();
    Waiting.until("what was written is known", () -> sync.sync(BOTH, _ -> true).isEmpty());
    assertThat(calico.get(key("kns.shop"))).as("written once").contains(settled);
  }

  private static ResourceKey key(String name) {
    return ResourceKey.of(ResourceKind.PROFILE, name);
  }

  @Test
  void onlyThoseThatAreAskedForFollow() {
    Scene.written(calico.create(profile("ksa.shop.old", "x")));
    Scene.written(kubernetes.create(profile("kns.shop", "1")));
    Scene.written(kubernetes.create(profile("ksa.shop.web", "2")));

    assertThat(sync.sync(settings("{\"node\":{}}"), _ -> true)).isEmpty();
    assertThat(profiles()).containsExactly("ksa.shop.old=x");
    follow(settings("{\"namespace\":{}}"), "kns.shop=1", "ksa.shop.old=x");
  }

  /// Who may not read namespaces must not remove what it does not see.
  @Test
  void nothingIsRemovedBeforeAllIsTold() {
    var forbidden = new MemoryDatastore();
    forbidden.forbid(ResourceKind.PROFILE);
    Scene.written(calico.create(profile("kns.shop", "1")));
    try (forbidden;
        var blind = new ProfileSync(calico, forbidden, (_, _) -> {})) {
      Waiting.until(
          "the refusal is said",
          () -> blind.sync(BOTH, _ -> true).toString().contains("does not allow"));
      assertThat(profiles()).containsExactly("kns.shop=1");
    }
  }
}
