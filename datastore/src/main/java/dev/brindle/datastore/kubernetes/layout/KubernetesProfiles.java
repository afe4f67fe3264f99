// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Rule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Namespaces and service accounts as profiles: their labels, for the endpoints within.
final class KubernetesProfiles {

  private static final String NAMESPACE = "kns.";
  private static final String ACCOUNT = "ksa.";

  private KubernetesProfiles() {}

  static ResourceKey namespaceKey(ObjectNode namespace) {
    return key(NAMESPACE + ObjectName.of(namespace).name());
  }

  static ResourceKey accountKey(ObjectNode account) {
    ObjectName name = ObjectName.of(account);
    return key(ACCOUNT + name.namespace() + "." + name.name());
  }

  private static ResourceKey key(String name) {
    return ResourceKey.of(ResourceKind.PROFILE, name);
  }

  /// Where the namespace of a profile is; empty if it is that of no namespace.
  static Optional<ObjectName> namespace(ResourceKey key) {
    return key.name().startsWith(NAMESPACE) && key.name().length() > NAMESPACE.length()
        ? Optional.of(ObjectName.of(key.name().substring(NAMESPACE.length())))
        : Optional.empty();
  }

  /// Where the account of a profile is. A namespace's name has no dot.
  static Optional<ObjectName> account(ResourceKey key) {
    String name = key.name();
    int dot = name.indexOf('.', ACCOUNT.length());
    return name.startsWith(ACCOUNT) && dot > ACCOUNT.length() && dot + 1 < name.length()
        ? Optional.of(
            new ObjectName(name.substring(ACCOUNT.length(), dot), name.substring(dot + 1)))
        : Optional.empty();
  }

  /// Lets all through that no policy decides about.
  static Profile ofNamespace(ObjectNode namespace) {
    List<Rule> all = List.of(Rule.of(Rule.Action.ALLOW));
    Map<String, String> labels = labels("pcns.", namespace);
    return new Profile(
        metadata(namespaceKey(namespace), namespace, revision(namespace) + "/"),
        new Profile.Spec(all, all, labels));
  }

  static Profile ofAccount(ObjectNode account) {
    return new Profile(
        metadata(accountKey(account), account, "/" + revision(account)),
        new Profile.Spec(List.of(), List.of(), labels("pcsa.", account)));
  }

  private static Map<String, String> labels(String prefix, ObjectNode object) {
    Map<String, String> labels = new TreeMap<>();
    Json.texts(object.path("metadata").path("labels"))
        .forEach((key, value) -> labels.put(prefix + key, value));
    labels.put(prefix + "projectcalico.org/name", ObjectName.of(object).name());
    return labels;
  }

  private static String revision(ObjectNode object) {
    return Json.text(object.path("metadata"), "resourceVersion");
  }

  private static Metadata metadata(ResourceKey key, ObjectNode object, String revision) {
    JsonNode real = object.path("metadata");
    return Metadata.named(key.name())
        .withIdentity(
            revision, Uid.other(Json.text(real, "uid")), Json.text(real, "creationTimestamp"));
  }
}
