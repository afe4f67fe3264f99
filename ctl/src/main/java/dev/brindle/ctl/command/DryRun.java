// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.client.NotEnforced;
import dev.brindle.ctl.client.OverlayStore;
import dev.brindle.ctl.client.ResourceClient;
import dev.brindle.ctl.effect.Difference;
import dev.brindle.ctl.effect.EffectText;
import dev.brindle.ctl.effect.OtherEffect;
import dev.brindle.ctl.effect.PolicyEffect;
import dev.brindle.ctl.effect.StagedEffect;
import dev.brindle.ctl.input.Manifest;
import dev.brindle.ctl.output.BatchText;
import dev.brindle.datastore.Datastore;
import dev.brindle.policy.rule.ServiceKnowledge;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Applies in an overlay, and tells what would become of the store and of the nodes.
record DryRun(Datastore store, Surroundings world) {

  /// @return the exit code
  int run(List<Manifest> manifests) {
    var overlay = new OverlayStore(store);
    var client = new ResourceClient(overlay);
    List<String> errors = new ArrayList<>();
    List<ResourceKey> done = new ArrayList<>();
    for (Manifest manifest : manifests) {
      try {
        done.add(client.apply(manifest.resource()).key());
        NotEnforced.notice(manifest.resource()).ifPresent(world.err()::println);
      } catch (ClientException e) {
        errors.add((manifests.size() > 1 ? manifest + ": " : "") + e.getMessage());
      }
    }
    List<Difference> differences = overlay.differences();
    world.out().print(EffectText.resources(differences));
    if (!done.isEmpty()) {
      world.out().print(effects(differences));
      world.out().print(staged(overlay, done));
    }
    world.out().println("Nothing was stored.");
    List<ResourceKind> kinds = manifests.stream().map(found -> found.resource().kind()).toList();
    List<String> handled = done.stream().map(ResourceKey::toString).toList();
    world.err().print(new BatchText("apply", "applied", kinds, handled, errors).err());
    return errors.isEmpty() ? 0 : 1;
  }

  private String effects(List<Difference> differences) {
    boolean concernsPolicy =
        differences.stream()
            .anyMatch(
                found -> !found.isNothing() && PolicyEffect.KINDS.contains(found.key().kind()));
    SortedMap<String, PolicyEffect.OnNode> policy =
        concernsPolicy ? PolicyEffect.of(present(store), differences, services()) : new TreeMap<>();
    List<CalicoNode> nodes =
        store.list(ResourceKind.NODE).stream().map(CalicoNode.class::cast).toList();
    List<String> others =
        differences.stream()
            .map(difference -> OtherEffect.of(difference, nodes))
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    return EffectText.nodes(policy, others);
  }

  /// What policies that are staged would do, beside what is in force when this is applied.
  private String staged(OverlayStore overlay, List<ResourceKey> applied) {
    List<Resource> staged =
        applied.stream()
            .filter(key -> StagedEffect.KINDS.contains(key.kind()))
            .flatMap(key -> overlay.get(key).stream())
            .toList();
    if (staged.isEmpty()) {
      return "";
    }
    List<Resource> present = present(overlay);
    List<String> complaints = new ArrayList<>();
    List<Difference> differences = StagedEffect.ifInForce(staged, present, complaints);
    complaints.forEach(each -> world.err().println("warning: " + each));
    return EffectText.staged(PolicyEffect.of(present, differences, services()));
  }

  private ServiceKnowledge services() {
    return ServiceKnowledge.of(store.hasServices());
  }

  private static List<Resource> present(Datastore store) {
    return PolicyEffect.KINDS.stream().flatMap(kind -> store.list(kind).stream()).toList();
  }
}
