// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.IpPool;
import dev.brindle.controllers.count.IpamCounts;
import dev.brindle.controllers.count.IpamTally;
import dev.brindle.controllers.count.PoolNode;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.Reservations;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Calico's metrics of IPAM, by its names. Only the leader knows; another one has no such series,
/// so that sums over all are right.
final class IpamMetrics implements MultiCollector {

  private static final String NODE = "node";
  private static final String POOL = "ippool";

  private final Supplier<Optional<NodeController>> leading;
  private final Reclaimed reclaimed;
  private final IpamTally tally = new IpamTally();

  /// @param leading empty while another leads
  IpamMetrics(Supplier<Optional<NodeController>> leading, Reclaimed reclaimed) {
    this.leading = leading;
    this.reclaimed = reclaimed;
  }

  @Override
  public synchronized MetricSnapshots collect() {
    List<MetricSnapshot> all = new ArrayList<>();
    Optional<NodeController> work = leading.get();
    all.add(
        GaugeSnapshot.builder()
            .name("controllers_leading")
            .help("1 while the controllers work here.")
            .dataPoint(
                GaugeSnapshot.GaugeDataPointSnapshot.builder()
                    .value(work.isPresent() ? 1 : 0)
                    .build())
            .build());
    all.add(reclamations());
    work.ifPresent(controller -> all.addAll(of(controller)));
    return new MetricSnapshots(all.toArray(MetricSnapshot[]::new));
  }

  private List<MetricSnapshot> of(NodeController controller) {
    Cluster cluster = controller.cluster();
    List<IpPool> pools = cluster.pools();
    List<Block> blocks = cluster.blocks();
    IpamCounts counts = tally.count(blocks, pools, controller.suspects().since().keySet());
    List<MetricSnapshot> all = new ArrayList<>();
    all.add(gauge("ipam_allocations_in_use", "Addresses that are held.", counts.inUse()));
    all.add(
        gauge(
            "ipam_allocations_borrowed",
            "Addresses that are held out of blocks of others.",
            counts.borrowed()));
    all.add(gauge("ipam_blocks", "Blocks, by who owns them.", counts.blocks()));
    all.add(
        gauge(
            "ipam_allocations_gc_candidates",
            "Addresses that seem to be lost.",
            counts.candidates()));
    all.add(perNode("ipam_allocations_per_node", "Addresses that are held.", counts.inUse()));
    all.add(
        perNode(
            "ipam_allocations_borrowed_per_node",
            "Addresses that are held out of blocks of others.",
            counts.borrowed()));
    all.add(perNode("ipam_blocks_per_node", "Blocks, by who owns them.", counts.blocks()));
    all.add(sizes(pools));
    reserved(cluster, pools).ifPresent(all::add);
    ServiceSync.Counts services = controller.balancing().counts();
    all.add(gauge("controllers_services", "Services that get addresses of us.", services.served()));
    all.add(
        gauge(
            "controllers_services_waiting",
            "Services that get addresses of us and have not all of them.",
            services.waiting()));
    all.add(
        gauge(
            "controllers_policies_renamed",
            "Policies of older versions that got the names of today.",
            controller.policyNames().moved()));
    controller.following().ifPresent(following -> all.addAll(of(following)));
    return all;
  }

  private static List<MetricSnapshot> of(Following following) {
    PolicySync.Counts policies = following.policyCounts();
    List<MetricSnapshot> all = new ArrayList<>();
    all.add(
        gauge(
            "controllers_policies", "NetworkPolicies that Kubernetes has.", policies.kubernetes()));
    all.add(
        gauge(
            "controllers_policies_waiting",
            "NetworkPolicies that are not in the store as Kubernetes has them.",
            policies.waiting()));
    all.add(
        gauge(
            "controllers_policies_incomplete",
            "NetworkPolicies of which not all can be read.",
            policies.incomplete()));
    following
        .waitingEndpoints()
        .ifPresent(
            waiting ->
                all.add(
                    gauge(
                        "controllers_endpoints_waiting",
                        "Endpoints that have not the labels of their pods.",
                        waiting)));
    return all;
  }

  private static MetricSnapshot gauge(String name, String help, int value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  private static MetricSnapshot gauge(String name, String help, Map<PoolNode, Integer> counts) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    counts.forEach(
        (where, count) ->
            gauge.dataPoint(point(Labels.of(POOL, where.pool(), NODE, where.node()), count)));
    return gauge.build();
  }

  private static GaugeSnapshot.GaugeDataPointSnapshot point(Labels labels, double value) {
    return GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static MetricSnapshot perNode(String name, String help, Map<PoolNode, Integer> counts) {
    Map<String, Integer> sums = new TreeMap<>();
    counts.forEach((where, count) -> sums.merge(where.node(), count, Integer::sum));
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    sums.forEach((node, count) -> gauge.dataPoint(point(Labels.of(NODE, node), count)));
    return gauge.build();
  }

  private static MetricSnapshot sizes(List<IpPool> pools) {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder().name("ipam_ippool_size").help("Addresses of a pool.");
    for (IpPool pool : pools) {
      int bits = pool.spec().cidr().family().bits() - pool.spec().cidr().length();
      double size = BigInteger.ONE.shiftLeft(bits).doubleValue();
      gauge.dataPoint(point(Labels.of(POOL, pool.metadata().name()), size));
    }
    return gauge.build();
  }

  /// None if a reservation cannot be read: a wrong number would be worse.
  private static Optional<MetricSnapshot> reserved(Cluster cluster, List<IpPool> pools) {
    Reservations reservations;
    try {
      reservations = Reservations.of(cluster.reservations());
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder()
            .name("ipam_ippool_reserved")
            .help("Addresses of a pool that are not to be given out.");
    for (IpPool pool : pools) {
      double count = reservations.count(pool.spec().cidr()).doubleValue();
      gauge.dataPoint(point(Labels.of(POOL, pool.metadata().name()), count));
    }
    return Optional.of(gauge.build());
  }

  /// It only grows, but has not the end of a counter's name: Calico's has none.
  private MetricSnapshot reclamations() {
    UnknownSnapshot.Builder counter =
        UnknownSnapshot.builder()
            .name("ipam_allocations_gc_reclamations")
            .help("Addresses that were lost and are taken back.");
    reclaimed
        .counts()
        .forEach(
            (where, count) ->
                counter.dataPoint(
                    UnknownSnapshot.UnknownDataPointSnapshot.builder()
                        .labels(Labels.of(POOL, where.pool(), NODE, where.node()))
                        .value(count)
                        .build()));
    return counter.build();
  }
}
