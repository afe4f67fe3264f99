// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.Map;

/// What every resource carries.
///
/// @param namespace empty for a kind that has none
/// @param resourceVersion the revision that was read; empty on what was never stored. Opaque: only
/// for
///     comparing equal
/// @param uid made at creation; empty on what was never stored
/// @param creationTimestamp RFC 3339, UTC; empty on what was never stored
/// @param deletionTimestamp since when it has been waiting to be removed, RFC 3339; empty on what
///     is not. Only Kubernetes keeps a resource that long, until each of its finalizers is gone
public record Metadata(
    String name,
    String generateName,
    String namespace,
    Map<String, String> labels,
    Map<String, String> annotations,
    String resourceVersion,
    String uid,
    String creationTimestamp,
    String deletionTimestamp) {

  /// JSON reading gives null for an absent field; here it becomes empty.
  public Metadata {
    name = Absent.asEmpty(name);
    generateName = Absent.asEmpty(generateName);
    namespace = Absent.asEmpty(namespace);
    labels = Absent.asEmpty(labels);
    annotations = Absent.asEmpty(annotations);
    resourceVersion = Absent.asEmpty(resourceVersion);
    uid = Absent.asEmpty(uid);
    creationTimestamp = Absent.asEmpty(creationTimestamp);
    deletionTimestamp = Absent.asEmpty(deletionTimestamp);
  }

  public static Metadata named(String name) {
    return new Metadata(name, "", "", Map.of(), Map.of(), "", "", "", "");
  }

  public static Metadata named(String namespace, String name) {
    return new Metadata(name, "", namespace, Map.of(), Map.of(), "", "", "", "");
  }

  public Metadata withLabels(Map<String, String> changed) {
    return new Metadata(
        name,
        generateName,
        namespace,
        changed,
        annotations,
        resourceVersion,
        uid,
        creationTimestamp,
        deletionTimestamp);
  }

  public Metadata withAnnotations(Map<String, String> changed) {
    return new Metadata(
        name,
        generateName,
        namespace,
        labels,
        changed,
        resourceVersion,
        uid,
        creationTimestamp,
        deletionTimestamp);
  }

  public Metadata withName(String changed) {
    return new Metadata(
        changed,
        generateName,
        namespace,
        labels,
        annotations,
        resourceVersion,
        uid,
        creationTimestamp,
        deletionTimestamp);
  }

  public Metadata withNamespace(String changed) {
    return new Metadata(
        name,
        generateName,
        changed,
        labels,
        annotations,
        resourceVersion,
        uid,
        creationTimestamp,
        deletionTimestamp);
  }

  public Metadata withResourceVersion(String changed) {
    return new Metadata(
        name,
        generateName,
        namespace,
        labels,
        annotations,
        changed,
        uid,
        creationTimestamp,
        deletionTimestamp);
  }

  /// The fields that only a store sets; it is not being removed.
  public Metadata withIdentity(String version, String newUid, String created) {
    return new Metadata(
        name, generateName, namespace, labels, annotations, version, newUid, created, "");
  }

  public Metadata leavingSince(String since) {
    return new Metadata(
        name,
        generateName,
        namespace,
        labels,
        annotations,
        resourceVersion,
        uid,
        creationTimestamp,
        since);
  }

  /// Whether it waits to be removed.
  public boolean isLeaving() {
    return !deletionTimestamp.isEmpty();
  }
}
