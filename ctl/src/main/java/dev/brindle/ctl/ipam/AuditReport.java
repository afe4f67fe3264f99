// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.ctl.client.ClientException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What an audit found, in a file that addresses can be released by.
///
/// @param version of the program that made it
/// @param revision of ClusterInformation when it was made
/// @param leaked addresses that nobody used
/// @param leakedHandles handles without addresses
public record AuditReport(
    String version,
    String clusterGuid,
    boolean isLocked,
    String revision,
    Set<Leak> leaked,
    Set<LeakedHandle> leakedHandles) {

  private static final JsonMapper JSON = new JsonMapper();

  /// @param sequence of the block when the address was assigned
  public record Leak(IpAddress address, String handle, long sequence) {}

  public record LeakedHandle(String id, String uid, String revision) {}

  public AuditReport {
    leaked = Set.copyOf(leaked);
    leakedHandles = Set.copyOf(leakedHandles);
  }

  public static String text(AddressAudit audit, ClusterInformation cluster, String version) {
    ObjectNode report =
        JSON.createObjectNode()
            .put("version", version)
            .put("clusterGUID", cluster.spec().clusterGUID())
            .put("datastoreLocked", isLocked(cluster))
            .put("clusterInformationRevision", cluster.metadata().resourceVersion())
            .put("clusterType", cluster.spec().clusterType());
    ObjectNode allocations = report.putObject("allocations");
    audit
        .allocated()
        .values()
        .forEach(found -> allocations.putArray(found.address().toString()).add(allocation(found)));
    var handles = report.putArray("leakedHandles");
    audit
        .leakedHandles()
        .forEach(
            handle ->
                handles
                    .addObject()
                    .put("ID", handle.spec().handleID())
                    .put("UID", handle.metadata().uid())
                    .put("Revision", handle.metadata().resourceVersion()));
    return report.toPrettyString() + "\n";
  }

  public static boolean isLocked(ClusterInformation cluster) {
    return !cluster.spec().datastoreReady().orElse(true);
  }

  private static ObjectNode allocation(AllocatedAddress found) {
    Map<String, String> attributes = found.attributes();
    ObjectNode node =
        JSON.createObjectNode()
            .put("ip", found.address().toString())
            .put("handle", found.handle())
            .put("sequenceNumber", found.sequence())
            .put("pod", attributes.getOrDefault("pod", ""))
            .put("namespace", attributes.getOrDefault("namespace", ""))
            .put("node", found.node())
            .put("type", attributes.getOrDefault("type", ""))
            .put("creationTimestamp", attributes.getOrDefault("timestamp", ""))
            .put("inUse", found.isInUse())
            .put("borrowed", found.isBorrowed())
            .put("coolingDown", found.isCooling());
    var owners = node.putArray("owners");
    found.users().forEach(owners::add);
    return node;
  }

  /// @param file for messages
  /// @throws ClientException if it is no report
  public static AuditReport parse(String file, String text) {
    try {
      JsonNode root = JSON.readTree(text);
      Set<Leak> leaked = new HashSet<>();
      for (JsonNode address : root.path("allocations")) {
        for (JsonNode found : address) {
          if (!found.path("inUse").asBoolean() && !found.path("coolingDown").asBoolean()) {
            leaked.add(
                new Leak(
                    IpAddress.parse(found.path("ip").asText()),
                    found.path("handle").asText(),
                    found.path("sequenceNumber").asLong()));
          }
        }
      }
      List<LeakedHandle> handles = new ArrayList<>();
      for (JsonNode handle : root.path("leakedHandles")) {
        handles.add(
            new LeakedHandle(
                handle.path("ID").asText(),
                handle.path("UID").asText(),
                handle.path("Revision").asText()));
      }
      return new AuditReport(
          root.path("version").asText(),
          root.path("clusterGUID").asText(),
          root.path("datastoreLocked").asBoolean(),
          root.path("clusterInformationRevision").asText(),
          leaked,
          Set.copyOf(handles));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new ClientException(
          "%s is no report of ipam check: %s".formatted(file, e.getMessage()));
    }
  }
}
