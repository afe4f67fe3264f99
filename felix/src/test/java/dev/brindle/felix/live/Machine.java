// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.Datastore;
import dev.brindle.felix.agent.Agent;
import dev.brindle.felix.agent.AgentReport;
import dev.brindle.felix.endpoint.EndpointStatus;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetlinkSocket.Buffers;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A machine in a network namespace of its own, its pods in others, and the agent.
final class Machine implements AutoCloseable {

  private static final MacAddress HOST_SIDE = MacAddress.parse("ee:ee:ee:ee:ee:ee");
  private static final IpAddress GATEWAY = IpAddress.parse("169.254.1.1");
  private static final IpAddress GATEWAY_V6 = IpAddress.parse("fe80::ecee:eeff:feee:eeee");
  private static final int MTU = 1400;
  private static final int GROUP = 1;

  /// IFA_F_TENTATIVE.
  private static final int TENTATIVE = 0x40;

  private final String name;
  private final Datastore datastore;
  private final Buffers buffers;
  private final NetworkNamespace namespace = NetworkNamespace.create(JnrLibc.get());
  private final LiveKernel kernel = LiveKernel.in(namespace);
  private final List<LiveKernel> pods = new ArrayList<>();

  /// Interfaces by which nothing may be sent yet.
  private final List<Link> fresh = new ArrayList<>();

  private boolean isStarted;
  private WatchedKernel watched;
  private Agent agent;

  private record Link(LiveKernel kernel, String device) {}

  /// Skips the test where namespaces cannot be made.
  static void assumeRoot() {
    assumeTrue(
        JnrLibc.get().effectiveUser() == 0,
        "needs root, of the machine or of a user namespace (unshare -Urnm)");
  }

  Machine(String name, Datastore datastore) {
    this(name, datastore, Buffers.LARGEST);
  }

  /// @param buffers of the agent's sockets
  Machine(String name, Datastore datastore, Buffers buffers) {
    this.name = name;
    this.datastore = datastore;
    this.buffers = buffers;
    this.watched = watch();
    this.agent = newAgent();
    up(kernel, "lo");
  }

  private WatchedKernel watch() {
    NetworkNamespace own = NetworkNamespace.open(JnrLibc.get(), namespace.path());
    return new WatchedKernel(LiveKernel.in(own, buffers));
  }

  private Agent newAgent() {
    return new Agent(name, Map.of(), datastore, watched, InstantSource.system());
  }

  void start() {
    agent.start();
    isStarted = true;
    awaitReady();
  }

  /// Another agent takes the place of this one, which is stopped first.
  void restart() {
    stop();
    watched = watch();
    agent = newAgent();
    agent.start();
  }

  /// As a kill does, this takes nothing back.
  void stop() {
    agent.close();
    watched.close();
  }

  NetworkNamespace namespace() {
    return namespace;
  }

  /// The kernel, for the test's own use.
  LiveKernel kernel() {
    return kernel;
  }

  /// What the agent that runs now has changed.
  WatchedKernel watched() {
    return watched;
  }

  Agent agent() {
    return agent;
  }

  AgentReport report() {
    return agent.report();
  }

  /// The kernel answers for the pods' gateway only if it could reach it by another interface.
  void defaultRoute(String gateway, String device) {
    put(
        Route.via(
            Cidr.parse("0.0.0.0/0"), RouteOwner.BOOT, IpAddress.parse(gateway), device, false));
  }

  void put(Route route) {
    assertThat(kernel.routes().apply(List.of(new RouteChange.Put(route)))).isEmpty();
  }

  /// Waits for so many rounds of the agent from now on.
  void awaitApplies(int count) {
    long until = report().counters().applies() + count;
    Waiting.until(
        () -> "%d more rounds: %s".formatted(count, report()),
        () -> report().counters().applies() >= until);
  }

  /// Waits until an endpoint has got so far.
  void awaitState(ResourceKey endpoint, EndpointStatus.State state) {
    Waiting.until(
        () -> "%s is %s: %s".formatted(endpoint, state, report()), () -> isIn(endpoint, state));
  }

  private boolean isIn(ResourceKey endpoint, EndpointStatus.State state) {
    EndpointStatus status = report().endpoints().get(endpoint);
    return status != null && status.state() == state;
  }

  /// The kernel of a pod.
  LiveKernel kernelOf(NetworkNamespace pod) {
    return pods.stream().filter(kernel -> kernel.namespace() == pod).findFirst().orElseThrow();
  }

  boolean owns(Resource found) {
    return found instanceof WorkloadEndpoint endpoint && endpoint.spec().node().equals(name);
  }

  /// A cable to another machine.
  void connect(String device, String address, Machine other, String otherAddress) {
    kernel
        .links()
        .createVeth(
            device,
            Optional.empty(),
            1500,
            GROUP,
            device,
            Optional.empty(),
            other.namespace.path().toString());
    plugIn(kernel, device, address);
    plugIn(other.kernel, device, otherAddress);
    plugged(new Link(kernel, device), new Link(other.kernel, device));
  }

  /// Those of a machine that is not started yet are waited for together.
  private void plugged(Link... links) {
    fresh.addAll(List.of(links));
    if (isStarted) {
      awaitReady();
    }
  }

  private static void plugIn(LiveKernel kernel, String device, String address) {
    skipAddressDetection(kernel, device);
    addAddress(kernel, device, address);
    up(kernel, device);
  }

  /// Its link local address can be used at once, not after a second.
  private static void skipAddressDetection(LiveKernel kernel, String device) {
    kernel.sysctl().write("net/ipv6/conf/%s/accept_dad".formatted(device), "0");
  }

  /// A pod as the CNI plugin makes it.
  NetworkNamespace pod(String device, String... addresses) {
    NetworkNamespace pod = NetworkNamespace.create(JnrLibc.get());
    LiveKernel inPod = LiveKernel.in(pod);
    pods.add(inPod);
    kernel
        .links()
        .createVeth(
            device,
            Optional.of(HOST_SIDE),
            MTU,
            GROUP,
            "eth0",
            Optional.empty(),
            pod.path().toString());
    skipAddressDetection(kernel, device);
    skipAddressDetection(inPod, "eth0");
    up(inPod, "lo");
    up(inPod, "eth0");
    up(kernel, device);
    for (String address : addresses) {
      IpAddress parsed = IpAddress.parse(address);
      addAddress(inPod, "eth0", parsed + "/" + parsed.family().bits());
    }
    assertThat(inPod.routes().apply(podRoutes(List.of(addresses)))).isEmpty();
    plugged(new Link(inPod, "eth0"));
    if (addresses.length > 1) {
      plugged(new Link(kernel, device));
    }
    return pod;
  }

  private static List<RouteChange> podRoutes(List<String> addresses) {
    List<Route> routes = new ArrayList<>();
    routes.add(Route.onDevice(Cidr.host(GATEWAY), RouteOwner.BOOT, "eth0"));
    routes.add(Route.via(Cidr.parse("0.0.0.0/0"), RouteOwner.BOOT, GATEWAY, "eth0", true));
    if (addresses.stream().anyMatch(address -> address.contains(":"))) {
      routes.add(Route.via(Cidr.parse("::/0"), RouteOwner.BOOT, GATEWAY_V6, "eth0", true));
    }
    return routes.stream().<RouteChange>map(RouteChange.Put::new).toList();
  }

  static void addAddress(LiveKernel kernel, String device, String address) {
    kernel.links().addAddress(index(kernel, device), InterfaceAddress.parse(address));
  }

  /// Until the kernel has taken notice of an interface's carrier, all that is sent by it is lost,
  /// answers to who asks for its address too, and who asks does so anew after a second only. It
  /// makes the link local address then, and answers for an IPv6 address when it has looked at it.
  private void awaitReady() {
    fresh.forEach(
        link ->
            Waiting.until(
                () -> "%s has its addresses: %s".formatted(link.device, addresses(link)),
                () -> areUsable(addresses(link))));
    fresh.clear();
  }

  private static boolean areUsable(List<String> addresses) {
    return addresses.stream().anyMatch(line -> line.startsWith("fe80"))
        && addresses.stream().noneMatch(Machine::isTentative);
  }

  /// Lines of address, interface, length, scope, flags and device.
  private static List<String> addresses(Link link) {
    return link.kernel
        .namespace()
        .call(
            () -> {
              try (Stream<String> lines = Files.lines(Path.of("/proc/thread-self/net/if_inet6"))) {
                return lines.filter(line -> line.endsWith(" " + link.device)).toList();
              }
            });
  }

  private static boolean isTentative(String line) {
    return (Integer.parseInt(line.split(" +", -1)[4], 16) & TENTATIVE) != 0;
  }

  private static void up(LiveKernel kernel, String device) {
    kernel.links().setUp(index(kernel, device), true);
  }

  private static int index(LiveKernel kernel, String device) {
    return kernel.links().find(device).orElseThrow().index();
  }

  @Override
  public void close() {
    agent.close();
    watched.close();
    pods.forEach(LiveKernel::close);
    kernel.close();
  }
}
