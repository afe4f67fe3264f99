// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import dev.brindle.api.net.IpAddress;
import java.util.List;
import java.util.Map;

/// What `ipam check` says, in calicoctl's words.
public final class AuditText {

  private static final int MOST_NODES = 20;

  private final AddressAudit audit;
  private final boolean showsAll;
  private final boolean showsProblems;
  private final StringBuilder text = new StringBuilder();

  private AuditText(AddressAudit audit, boolean showsAll, boolean showsProblems) {
    this.audit = audit;
    this.showsAll = showsAll;
    this.showsProblems = showsProblems;
  }

  public static String of(AddressAudit audit, boolean showsAll, boolean showsProblems) {
    var written = new AuditText(audit, showsAll, showsProblems);
    written.write();
    return written.text.toString();
  }

  private void write() {
    line("Checking IPAM for inconsistencies...").blank();
    blocks();
    pools();
    line("Loading all nodes.");
    line("Found %d node tunnel IPs.".formatted(audit.tunnels())).blank();
    line("Loading all service load balancer IPs.");
    line("Found %d service load balancer(s).".formatted(audit.services())).blank();
    workloads();
    line("Loading all handles").blank();
    nodes();
    leaks();
    unrecorded();
    handles();
    faults();
    line("Check complete; found %d problems.".formatted(audit.problems()));
  }

  private void blocks() {
    line("Loading all IPAM blocks...");
    line("Found %d IPAM blocks.".formatted(audit.blocks().size()));
    audit
        .blocks()
        .forEach(
            block -> {
              line(
                  " IPAM block %s affinity=%s:"
                      .formatted(block.spec().cidr(), block.spec().affinity().orElse("<none>")));
              if (showsAll) {
                audit.allocated().values().stream()
                    .filter(found -> block.spec().cidr().contains(found.address()))
                    .forEach(
                        found ->
                            line(
                                "  %s allocated; attrs %s"
                                    .formatted(found.address(), found.attributeText())));
              }
            });
    line("IPAM blocks record %d allocations.".formatted(audit.allocated().size())).blank();
  }

  private void pools() {
    line("Loading all IPAM pools...");
    audit.pools().forEach(pool -> line("  %s".formatted(pool)));
    line("Found %d active IP pools.".formatted(audit.pools().size())).blank();
  }

  private void workloads() {
    line("Loading all workload endpoints.");
    if (showsAll) {
      audit
          .users()
          .forEach(
              (address, users) ->
                  line("  %s belongs to %s".formatted(address, String.join(", ", users))));
    }
    line("Found %d workload IPs.".formatted(audit.workloads()));
    line("Workloads and nodes are using %d IPs.".formatted(audit.users().size())).blank();
  }

  private void nodes() {
    line("Looking for top (up to %d) nodes by allocations...".formatted(MOST_NODES));
    List<Map.Entry<String, Long>> nodes = audit.byNode();
    nodes.stream()
        .limit(MOST_NODES)
        .forEach(node -> line("  %s has %d allocations".formatted(node.getKey(), node.getValue())));
    if (!nodes.isEmpty()) {
      line(
          "Node with most allocations has %d; median is %d"
              .formatted(nodes.getFirst().getValue(), nodes.get(nodes.size() / 2).getValue()));
    }
    blank();
  }

  private void leaks() {
    line("Scanning for IPs that are allocated but not actually in use...");
    List<AllocatedAddress> leaked = audit.leaked();
    if (showsProblems) {
      leaked.forEach(
          found -> line("  %s leaked; attrs %s".formatted(found.address(), found.attributeText())));
    }
    line("Found %d IPs that are allocated in IPAM but not actually in use."
            .formatted(leaked.size()))
        .blank();
  }

  private void unrecorded() {
    line("Scanning for IPs that are in use by a workload or node but not allocated in IPAM...");
    List<IpAddress> outside = audit.unrecorded(false);
    List<IpAddress> inside = audit.unrecorded(true);
    if (showsProblems) {
      outside.forEach(
          address ->
              line(
                  "  %s in use by %s is not in any active IP pool."
                      .formatted(address, users(address))));
      inside.forEach(
          address ->
              line(
                  "  %s in use by %s and in active IPAM pool but has no IPAM allocation."
                      .formatted(address, users(address))));
    }
    line("Found %d in-use IPs that are not in active IP pools.".formatted(outside.size()));
    line(("Found %d in-use IPs that are in active IP pools but have no corresponding IPAM"
                + " allocation.")
            .formatted(inside.size()))
        .blank();
  }

  private String users(IpAddress address) {
    return String.join(", ", audit.users().getOrDefault(address, List.of()));
  }

  private void handles() {
    line("Scanning for IPAM handles with no matching IPs...");
    var leaked = audit.leakedHandles();
    if (showsProblems) {
      leaked.forEach(
          handle -> line("  %s doesn't have any active IPs.".formatted(handle.spec().handleID())));
    }
    line("Found %d handles with no matching IPs (and %d handles with matches)."
            .formatted(leaked.size(), audit.handles().size() - leaked.size()))
        .blank();
    line("Scanning for IPs with missing handle...");
    List<String> missing = audit.missingHandles();
    if (showsProblems) {
      missing.forEach(handle -> line("  %s doesn't have a handle resource.".formatted(handle)));
    }
    line("Found %d handles mentioned in blocks with no matching handle resource."
            .formatted(missing.size()))
        .blank();
  }

  private void faults() {
    line("Validating IPAMBlock structures...");
    var faults = audit.blockFaults();
    if (showsProblems) {
      faults.forEach((block, found) -> line("  %s: %s".formatted(block, String.join("; ", found))));
    }
    line("Found %d invalid IPAMBlocks.".formatted(faults.size())).blank();
  }

  private AuditText line(String written) {
    text.append(written).append('\n');
    return this;
  }

  private void blank() {
    text.append('\n');
  }
}
