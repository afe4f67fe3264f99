// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.migrate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.etcd.layout.EtcdKeys;
import dev.brindle.datastore.etcd.layout.EtcdValues;
import java.util.List;
import java.util.function.Function;

/// IPAM's records as etcd has them: key and value of each.
final class IpamExport {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String HOST = "host:";

  private IpamExport() {}

  static String text(Function<ResourceKind, List<Resource>> stored, NodeNames names) {
    ObjectNode all = JSON.createObjectNode();
    put(
        all,
        "block_affinities",
        stored.apply(ResourceKind.BLOCK_AFFINITY).stream()
            .map(found -> (Resource) affinity((BlockAffinity) found, names))
            .toList());
    put(
        all,
        "blocks",
        stored.apply(ResourceKind.IPAM_BLOCK).stream()
            .map(found -> (Resource) block((IpamBlock) found, names))
            .toList());
    put(
        all,
        "handles",
        stored.apply(ResourceKind.IPAM_HANDLE).stream()
            .map(found -> (Resource) handle((IpamHandle) found, names))
            .toList());
    stored.apply(ResourceKind.IPAM_CONFIG).forEach(config -> all.set("config", pair(config)));
    return all.toPrettyString();
  }

  /// What is empty is left out.
  private static void put(ObjectNode all, String name, List<Resource> resources) {
    if (!resources.isEmpty()) {
      ArrayNode pairs = all.putArray(name);
      resources.forEach(resource -> pairs.add(pair(resource)));
    }
  }

  private static ObjectNode pair(Resource resource) {
    String key = EtcdKeys.of(resource);
    ObjectNode pair = JSON.createObjectNode().put("Key", key);
    try {
      pair.set("Value", JSON.readTree(EtcdValues.write(key, resource)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(resource.key() + " is not written as JSON", e);
    }
    return pair.put("TTL", 0);
  }

  private static BlockAffinity affinity(BlockAffinity affinity, NodeNames names) {
    BlockAffinity.Spec spec = affinity.spec();
    return spec.type().equals("host")
        ? new BlockAffinity(
            affinity.metadata(),
            new BlockAffinity.Spec(
                spec.state(), names.of(spec.node()), spec.type(), spec.cidr(), spec.deleted()))
        : affinity;
  }

  private static IpamBlock block(IpamBlock block, NodeNames names) {
    IpamBlock.Spec spec = block.spec();
    return new IpamBlock(
        block.metadata(),
        new IpamBlock.Spec(
            spec.cidr(),
            spec.affinity()
                .map(
                    owner ->
                        owner.startsWith(HOST)
                            ? HOST + names.of(owner.substring(HOST.length()))
                            : owner),
            spec.affinityClaimTime(),
            spec.allocations(),
            spec.unallocated(),
            spec.attributes().stream()
                .map(
                    attribute ->
                        new IpamBlock.Attribute(
                            names.ofHandle(attribute.handleId()),
                            names.ofOwner(attribute.activeOwner()),
                            names.ofOwner(attribute.alternateOwner()),
                            attribute.releasedAt()))
                .toList(),
            spec.sequenceNumber(),
            spec.sequenceNumberForAllocation(),
            spec.deleted()));
  }

  private static IpamHandle handle(IpamHandle handle, NodeNames names) {
    String name = names.ofHandle(handle.spec().handleID());
    return new IpamHandle(
        handle.metadata().withName(name),
        new IpamHandle.Spec(name, handle.spec().block(), handle.spec().deleted()));
  }
}
