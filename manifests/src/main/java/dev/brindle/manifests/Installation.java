// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// All that is applied to a cluster, in order: what a thing needs comes before it.
public final class Installation {

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final Map<String, Class<? extends HasMetadata>> ROLES =
      Map.of("ClusterRole", ClusterRole.class, "Role", Role.class);

  private static final String LICENCE = "# SPDX-License-Identifier: Apache-2.0\n";
  private static final String SEPARATOR = "---\n";

  private final Flavour flavour;
  private final Sources sources;

  private Installation(Flavour flavour, Sources sources) {
    this.flavour = flavour;
    this.sources = sources;
  }

  /// Files that people write.
  ///
  /// @param version of the image
  /// @param definitions `crds.yaml`
  /// @param controllersRoles `rbac-controllers.yaml`
  public record Sources(String version, String definitions, String controllersRoles) {

    String image() {
      return "brindle/brindle:" + version;
    }
  }

  /// The manifest as a file.
  public static String file(Flavour flavour, Sources sources) {
    var installation = new Installation(flavour, sources);
    var text = new StringBuilder(LICENCE);
    flavour
        .purpose()
        .lines()
        .forEach(line -> text.append(line.isEmpty() ? "#" : "# ").append(line).append('\n'));
    text.append(
        "#\n# Made from the module `manifests`; docs/manifests.md compares it with Calico's.\n");
    installation.before().forEach(each -> text.append(SEPARATOR).append(each.yaml()));
    if (installation.hasDefinitions()) {
      text.append(definitions(sources));
    }
    installation.programs().forEach(each -> text.append(SEPARATOR).append(each.yaml()));
    return text.toString();
  }

  /// Without what stands at the head of that file.
  private static String definitions(Sources sources) {
    return sources.definitions().substring(sources.definitions().indexOf(SEPARATOR));
  }

  /// All but the definitions of Calico's resources.
  static List<Manifest> objects(Flavour flavour, Sources sources) {
    var installation = new Installation(flavour, sources);
    List<Manifest> all = new ArrayList<>(installation.before());
    all.addAll(installation.programs());
    return all;
  }

  private boolean hasDefinitions() {
    return !flavour.hasEtcd();
  }

  private List<Manifest> before() {
    List<Manifest> before = new ArrayList<>();
    before.add(ClusterConfig.of(flavour));
    if (flavour.hasEtcd()) {
      before.add(ClusterConfig.etcdSecret());
    }
    before.add(account(Names.NODE));
    before.add(account(Names.CONTROLLERS));
    before.add(flavour.hasEtcd() ? AccessRights.nodeBesideEtcd() : AccessRights.node());
    before.add(AccessRights.clusterBinding(Names.NODE));
    before.addAll(controllersRoles());
    before.add(AccessRights.clusterBinding(Names.CONTROLLERS));
    before.add(AccessRights.binding(Names.CONTROLLERS));
    return before;
  }

  private List<Manifest> programs() {
    List<Manifest> programs = new ArrayList<>();
    programs.add(NodeDaemon.of(flavour, sources.image()));
    programs.add(ControllersDeployment.of(flavour, sources.image()));
    programs.add(ControllersDeployment.budget());
    if (!flavour.hasEtcd()) { // there they are no pods that policy is about
      programs.add(ControllersDeployment.policy());
    }
    return programs;
  }

  private static Manifest account(String name) {
    return Manifest.of(
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(Names.NAMESPACE)
            .endMetadata()
            .build());
  }

  private List<Manifest> controllersRoles() {
    List<Manifest> roles = new ArrayList<>();
    try (MappingIterator<ObjectNode> documents =
        YAML.readerFor(ObjectNode.class).readValues(sources.controllersRoles())) {
      while (documents.hasNext()) {
        roles.add(Manifest.of(role(documents.next())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("rbac-controllers.yaml", e);
    }
    return roles;
  }

  private static HasMetadata role(ObjectNode document) throws JsonProcessingException {
    Class<? extends HasMetadata> type = ROLES.get(document.path("kind").asText());
    if (type == null) {
      throw new IllegalArgumentException(
          "rbac-controllers.yaml has a %s: expected one of %s"
              .formatted(document.path("kind"), ROLES.keySet()));
    }
    return YAML.treeToValue(document, type);
  }
}
