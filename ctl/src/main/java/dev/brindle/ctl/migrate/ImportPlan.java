// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.migrate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.ReferenceCheck;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is to be written so that a store holds what a file holds.
///
/// What is there and says the same as the file was written by an import that was cut short: it is
/// left alone. What is there and says something else is somebody's, and nothing is written over it.
///
/// @param resources to be written, in order; nodes and fixed tiers are there already
/// @param ipam to be created, in order
/// @param present how many of the file's are there already
/// @param absentNodes nodes of the file that the cluster does not have
/// @param foreign what is there and not as in the file, in words
/// @param namespaces that the file needs and the cluster does not have
public record ImportPlan(
    List<Resource> resources,
    List<Resource> ipam,
    int present,
    List<String> absentNodes,
    List<String> foreign,
    Set<String> namespaces) {

  /// What a store must not hold before. Nodes, pods, services, profiles and live
  /// migrations are Kubernetes' own, and
  /// what is known of the cluster is there as soon as anybody has looked.
  public static final List<ResourceKind> KINDS =
      Arrays.stream(ResourceKind.values())
          .filter(
              kind ->
                  switch (kind) {
                    case CLUSTER_INFORMATION,
                        KUBERNETES_ENDPOINT_SLICE,
                        KUBERNETES_SERVICE,
                        LIVE_MIGRATION,
                        NODE,
                        PROFILE,
                        WORKLOAD_ENDPOINT ->
                        false;
                    default -> true;
                  })
          .toList();

  private static final JsonMapper JSON = new JsonMapper();
  private static final String NAMESPACE_PROFILE = "kns.";

  /// Where a node of Kubernetes' carries the labels that it has there, as a JSON object.
  private static final String KUBERNETES_LABELS = "projectcalico.org/kube-labels";

  private static final String TIER_LABEL = "projectcalico.org/tier";

  /// How the names of policies begin that Kubernetes has.
  private static final List<String> FROM_KUBERNETES =
      List.of(Export.FROM_KUBERNETES, "kcnp.", "kanp.", "kbanp.");

  public ImportPlan {
    resources = List.copyOf(resources);
    ipam = List.copyOf(ipam);
    absentNodes = List.copyOf(absentNodes);
    foreign = List.copyOf(foreign);
    namespaces = Set.copyOf(namespaces);
  }

  /// @param stored all of `KINDS`, the nodes and the profiles
  public static ImportPlan of(ImportFile file, Collection<Resource> stored) {
    Map<ResourceKey, Resource> there = new HashMap<>();
    stored.forEach(resource -> there.put(resource.key(), resource));
    List<Resource> resources = new ArrayList<>();
    List<Resource> ipam = new ArrayList<>();
    List<String> absentNodes = new ArrayList<>();
    List<String> foreign = new ArrayList<>();
    Set<ResourceKey> known = new HashSet<>();
    for (Resource wanted : file.resources()) {
      Optional<Resource> found = Optional.ofNullable(there.get(wanted.key()));
      known.add(wanted.key());
      if (wanted.kind() == ResourceKind.NODE && found.isEmpty()) {
        absentNodes.add(wanted.metadata().name());
      } else if (isToBeReplaced(wanted)
          ? found.map(before -> !same(over(before, wanted), before)).orElse(true)
          : found.isEmpty()) {
        resources.add(wanted);
      } else if (!isToBeReplaced(wanted) && !same(found.orElseThrow(), wanted)) {
        foreign.add(wanted.key() + " is not as in the file");
      }
    }
    for (Resource wanted : file.ipam()) {
      Optional<Resource> found = Optional.ofNullable(there.get(wanted.key()));
      known.add(wanted.key());
      if (found.isEmpty()) {
        ipam.add(wanted);
      } else if (!same(found.get(), wanted)) {
        foreign.add(wanted.key() + " is not as in the file");
      }
    }
    stored.stream()
        .filter(resource -> !known.contains(resource.key()) && !isIgnored(resource))
        .forEach(resource -> foreign.add(resource.key() + " is not in the file"));
    int all = file.resources().size() + file.ipam().size();
    return new ImportPlan(
        resources,
        ipam,
        all - resources.size() - ipam.size() - absentNodes.size(),
        absentNodes,
        foreign,
        missingNamespaces(file, there));
  }

  /// Whether there is nothing to do.
  public boolean isDone() {
    return resources.isEmpty() && ipam.isEmpty();
  }

  /// Whether every cluster has it, so that the file's takes its place.
  public static boolean isToBeReplaced(Resource resource) {
    return resource.kind() == ResourceKind.NODE || isFixedTier(resource);
  }

  private static boolean isFixedTier(Resource resource) {
    return resource.kind() == ResourceKind.TIER
        && ReferenceCheck.FIXED_TIERS.contains(resource.metadata().name());
  }

  private static boolean isIgnored(Resource resource) {
    boolean isChecked = KINDS.contains(resource.kind());
    boolean isKubernetes =
        ReferenceCheck.tier(resource).isPresent()
            && FROM_KUBERNETES.stream().anyMatch(resource.metadata().name()::startsWith);
    return !isChecked || isKubernetes || isFixedTier(resource);
  }

  /// What is to be stored in place of a node or a tier that is there. What Kubernetes says of a
  /// node stays.
  public static Resource over(Resource before, Resource wanted) {
    Map<String, String> annotations = new HashMap<>(wanted.metadata().annotations());
    Map<String, String> labels = new HashMap<>(wanted.metadata().labels());
    Optional<String> kubernetes =
        Optional.ofNullable(before.metadata().annotations().get(KUBERNETES_LABELS));
    if (kubernetes.isPresent()) {
      annotations.put(KUBERNETES_LABELS, kubernetes.get());
      labels.putAll(labels(kubernetes.get()));
    }
    return wanted.withMetadata(before.metadata().withLabels(labels).withAnnotations(annotations));
  }

  private static Map<String, String> labels(String json) {
    Map<String, String> labels = new HashMap<>();
    try {
      JSON.readTree(json)
          .properties()
          .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a node's labels of Kubernetes are no JSON: " + json, e);
    }
    return labels;
  }

  private static Set<String> missingNamespaces(ImportFile file, Map<ResourceKey, Resource> there) {
    Set<String> missing = new HashSet<>();
    for (Resource resource : file.resources()) {
      String namespace = resource.metadata().namespace();
      ResourceKey profile = ResourceKey.of(ResourceKind.PROFILE, NAMESPACE_PROFILE + namespace);
      if (!namespace.isEmpty() && !there.containsKey(profile)) {
        missing.add(namespace);
      }
    }
    return missing;
  }

  /// Whether two say the same, whatever a store adds.
  public static boolean same(Resource one, Resource other) {
    return said(one).equals(said(other));
  }

  private static ObjectNode said(Resource resource) {
    boolean isIpam = !Export.KINDS.contains(resource.kind());
    Metadata metadata = resource.metadata();
    Map<String, String> labels = new HashMap<>(isIpam ? Map.of() : metadata.labels());
    labels.remove(TIER_LABEL);
    ObjectNode tree =
        ResourceCodec.tree(
            resource.withMetadata(
                Metadata.named(metadata.namespace(), metadata.name())
                    .withLabels(labels)
                    .withAnnotations(isIpam ? Map.of() : metadata.annotations())));
    tree.remove("status");
    if (resource.kind() == ResourceKind.NODE) {
      tree.withObjectProperty("spec").remove(List.of("addresses", "orchRefs"));
    }
    return tree;
  }
}
