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
import dev.brindle.datastore.DatastoreException;
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
        concernsPolicy ? present(store).effect(differences) : new TreeMap<>();
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
    Present present = present(overlay);
    List<String> complaints = new ArrayList<>();
    List<Difference> differences = StagedEffect.ifInForce(staged, present.resources(), complaints);
    complaints.forEach(each -> world.err().println("warning: " + each));
    return EffectText.staged(present.effect(differences));
  }

  /// What policy is made of.
  ///
  /// @param services whether it is known who is behind them
  private record Present(List<Resource> resources, ServiceKnowledge services) {

    SortedMap<String, PolicyEffect.OnNode> effect(List<Difference> differences) {
      return PolicyEffect.of(resources, differences, services);
    }
  }

  /// A user who may not read services is told all the rest.
  private Present present(Datastore from) {
    List<Resource> resources = new ArrayList<>();
    ServiceKnowledge services = ServiceKnowledge.of(from.hasServices());
    for (ResourceKind kind : PolicyEffect.KINDS) {
      try {
        resources.addAll(from.list(kind));
      } catch (DatastoreException e) {
        if (kind != ResourceKind.KUBERNETES_ENDPOINT_SLICE || !e.isRefusal()) {
          throw e;
        }
        services = ServiceKnowledge.UNKNOWN;
        world.err().println("warning: who is behind services is not known: " + e.getMessage());
      }
    }
    return new Present(resources, services);
  }
}
