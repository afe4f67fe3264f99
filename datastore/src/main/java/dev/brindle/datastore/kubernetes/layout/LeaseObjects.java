// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.datastore.Lease;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Leases as Kubernetes' own components have them: `coordination.k8s.io/v1`.
public final class LeaseObjects {

  /// Kubernetes' MicroTime takes no other number of digits.
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private LeaseObjects() {}

  /// All of an object that is to be made, or what of one is to be another. In the latter case the
  /// revision in it is the one that must be there.
  public static ObjectNode write(ObjectName name, Lease lease) {
    ObjectNode object = Json.object();
    object.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    ObjectNode metadata = object.putObject("metadata");
    metadata.put("name", name.name()).put("namespace", name.namespace());
    Json.put(metadata, "resourceVersion", lease.revision());
    ObjectNode spec = object.putObject("spec");
    // absent for nobody, as others write it: null takes it out
    spec.put("holderIdentity", lease.holder().isEmpty() ? null : lease.holder());
    spec.put("leaseDurationSeconds", Math.max(1, lease.duration().toSeconds()));
    spec.put("acquireTime", MICROS.format(lease.acquired()));
    spec.put("renewTime", MICROS.format(lease.renewed()));
    spec.put("leaseTransitions", lease.transitions());
    return object;
  }

  /// Lenient: others write them too, and leave out what they do not use.
  public static Lease read(ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    JsonNode spec = object.path("spec");
    return new Lease(
        Json.text(metadata, "name"),
        Json.text(spec, "holderIdentity"),
        Duration.ofSeconds(Math.max(0, spec.path("leaseDurationSeconds").asLong(0))),
        time(spec, "acquireTime"),
        time(spec, "renewTime"),
        spec.path("leaseTransitions").asInt(0),
        Json.text(metadata, "resourceVersion"));
  }

  private static Instant time(JsonNode spec, String field) {
    try {
      return Instant.parse(Json.text(spec, field));
    } catch (DateTimeException _) {
      return Instant.EPOCH; // for people only
    }
  }
}
