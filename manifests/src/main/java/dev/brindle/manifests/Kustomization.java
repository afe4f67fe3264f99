// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The same for `kubectl apply -k`: a base that is `brindle.yaml`, and overlays that make the other
/// flavours of it.
public final class Kustomization {

  private static final String HEAD =
      """
      # SPDX-License-Identifier: Apache-2.0
      # Made from the module `manifests`.
      """;
  private static final String KIND =
      """
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      """;
  private static final String NO_DEFINITIONS =
      """
      - target:
          kind: CustomResourceDefinition
        patch: |-
          $patch: delete
          apiVersion: apiextensions.k8s.io/v1
          kind: CustomResourceDefinition
          metadata:
            name: all
      """;

  private final Installation.Sources sources;
  private final Map<String, String> files = new TreeMap<>();

  private Kustomization(Installation.Sources sources) {
    this.sources = sources;
  }

  /// By path below `manifests`.
  public static Map<String, String> files(Installation.Sources sources) {
    var all = new Kustomization(sources);
    all.base();
    for (Flavour flavour : Flavour.values()) {
      if (flavour != Flavour.KUBERNETES) {
        all.overlay(flavour);
      }
    }
    return all.files;
  }

  private void base() {
    var text = new StringBuilder(HEAD);
    for (Manifest each : Installation.objects(Flavour.KUBERNETES, sources)) {
      text.append("---\n").append(each.yaml());
    }
    files.put("kustomize/base/brindle.yaml", text.toString());
    files.put("kustomize/base/crds.yaml", sources.definitions()); // none outside may be named
    files.put(
        "kustomize/base/kustomization.yaml",
        HEAD + KIND + "resources:\n- crds.yaml\n- brindle.yaml\n");
  }

  private void overlay(Flavour flavour) {
    String directory = "kustomize/overlays/%s/".formatted(flavour.word());
    Map<String, Manifest> before = byName(Flavour.KUBERNETES);
    Map<String, Manifest> after = byName(flavour);
    var added = new StringBuilder(HEAD);
    var patches = new StringBuilder();
    after.forEach(
        (name, manifest) -> {
          Manifest old = before.get(name);
          if (old == null) {
            added.append("---\n").append(manifest.yaml());
          } else {
            patch(directory, patches, manifest, Differences.between(old.tree(), manifest.tree()));
          }
        });
    before.forEach(
        (name, manifest) -> {
          if (!after.containsKey(name)) {
            patches.append(removal(manifest));
          }
        });
    if (flavour.hasEtcd()) {
      patches.append(NO_DEFINITIONS);
    }
    boolean isMore = added.length() > HEAD.length();
    if (isMore) {
      files.put(directory + "added.yaml", added.toString());
    }
    files.put(
        directory + "kustomization.yaml",
        HEAD
            + KIND
            + "resources:\n- ../../base\n"
            + (isMore ? "- added.yaml\n" : "")
            + "patches:\n"
            + patches);
  }

  private void patch(String directory, StringBuilder patches, Manifest manifest, ArrayNode steps) {
    if (steps.isEmpty()) {
      return;
    }
    String file = manifest.name().toLowerCase(Locale.ROOT).replace('/', '-') + ".yaml";
    files.put(directory + file, HEAD + YamlText.list(steps));
    patches.append("- path: %s%n%s".formatted(file, target(manifest)));
  }

  private static String target(Manifest manifest) {
    return "  target:%n    kind: %s%n    name: %s%n"
        .formatted(manifest.object().getKind(), manifest.object().getMetadata().getName());
  }

  private static String removal(Manifest manifest) {
    return "-%s  patch: |-%n    $patch: delete%n    apiVersion: %s%n    kind: %s%n    metadata:%n      name: %s%n"
        .formatted(
            target(manifest).substring(1),
            manifest.object().getApiVersion(),
            manifest.object().getKind(),
            manifest.object().getMetadata().getName());
  }

  private Map<String, Manifest> byName(Flavour flavour) {
    List<Manifest> all = Installation.objects(flavour, sources);
    return all.stream()
        .collect(
            Collectors.toMap(
                Manifest::name, Function.identity(), (one, _) -> one, LinkedHashMap::new));
  }
}
