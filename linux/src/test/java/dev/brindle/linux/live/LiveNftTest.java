// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.NftRefusedException;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.netlink.NftMessages;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Direction;
import dev.brindle.linux.nft.NftExpression.Side;
import dev.brindle.linux.nft.NftExpression.State;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.nft.NftTransaction;
import dev.brindle.linux.reconcile.NftPlan;
import dev.brindle.linux.testing.FakeKernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What both the real nf_tables and the one in memory must do.
class LiveNftTest {

  private static final NftFamily IP = NftFamily.IP;

  enum Which {
    FAKE,
    LIVE
  }

  private final List<Kernel> open = new ArrayList<>();

  private Kernel kernel(Which which) {
    if (which == Which.LIVE) {
      assumeTrue(
          JnrLibc.get().effectiveUser() == 0,
          "needs root, of the machine or of a user namespace (unshare -Urnm)");
    }
    Kernel kernel =
        switch (which) {
          case FAKE -> new FakeKernel();
          case LIVE -> LiveKernel.in(NetworkNamespace.create(JnrLibc.get()));
        };
    open.add(kernel);
    return kernel;
  }

  @AfterEach
  void close() {
    open.forEach(Kernel::close);
  }

  private static NftTable table(NftFamily family, Collection<NftSet> sets, NftChain... chains) {
    return new NftTable(
        family,
        "brindle",
        new TreeMap<>(
            Arrays.stream(chains).collect(Collectors.toMap(NftChain::name, chain -> chain))),
        new TreeMap<>(sets.stream().collect(Collectors.toMap(NftSet::name, set -> set))));
  }

  private static NftChain chain(String name, NftRule... rules) {
    return new NftChain(name, Optional.empty(), List.of(rules));
  }

  private static NftChain base(String name, String type, NftChain.Hook hook, NftRule... rules) {
    return new NftChain(name, Optional.of(new NftChain.Base(type, hook, 0)), List.of(rules));
  }

  private static NftRule rule(NftExpression... expressions) {
    return new NftRule(List.of(expressions), "why \"this\" is here");
  }

  /// @return the changes it took
  private static List<NftChange> reach(Kernel kernel, NftTable... desired) {
    List<InstalledTable> installed =
        Arrays.stream(NftFamily.values())
            .flatMap(family -> kernel.nft().read(family, "brindle").stream())
            .toList();
    NftTransaction plan = NftPlan.between(List.of(desired), installed);
    kernel.nft().run(plan);
    return plan.changes();
  }

  private static Set<NftElement> nets(String... cidrs) {
    return Arrays.stream(cidrs)
        .map(cidr -> new NftElement.Net(Cidr.parse(cidr)))
        .collect(Collectors.toSet());
  }

  private static Set<NftElement> elements(Kernel kernel, String set) {
    return requireNonNull(kernel.nft().read(IP, "brindle").orElseThrow().sets().get(set))
        .elements();
  }

  private static NftExpression tcp() {
    return new NftExpression.L4Protocol(Protocol.TCP, false);
  }

  private static NftTable everything(NftFamily family) {
    boolean is4 = family == NftFamily.IP;
    Cidr net = Cidr.parse(is4 ? "10.0.0.0/8" : "fd00::/8");
    Cidr odd = Cidr.parse(is4 ? "10.0.0.0/13" : "fd00:8000::/21");
    Cidr host = Cidr.parse(is4 ? "192.0.2.1" : "2001:db8::1");
    Cidr all = Cidr.parse(is4 ? "0.0.0.0/0" : "::/0");
    Cidr last = Cidr.parse(is4 ? "255.255.255.240/28" : "ffff::/16");
    var sets =
        List.of(
            new NftSet("a", NftSet.Key.ADDRESS, false, Set.of(new NftElement.Net(host))),
            new NftSet(
                "p",
                NftSet.Key.PREFIX,
                false,
                Set.of(new NftElement.Net(net), new NftElement.Net(odd), new NftElement.Net(last))),
            new NftSet(
                "e",
                NftSet.Key.ADDRESS_PROTOCOL_PORT,
                false,
                Set.of(
                    new NftElement.Endpoint(host.address(), Protocol.UDP, 53),
                    new NftElement.Endpoint(host.address(), Protocol.TCP, 40_000))),
            new NftSet(
                "m",
                NftSet.Key.INTERFACE,
                true,
                Set.of(new NftElement.GoTo("cali1", "ep1"), new NftElement.GoTo("cali2", "ep2"))));
    NftExpression[] conditions = {
      new NftExpression.Interface(Direction.IN, "eth0", false),
      new NftExpression.Interface(Direction.OUT, "cali*", true),
      new NftExpression.Address(Side.SOURCE, net, false),
      new NftExpression.Address(Side.DESTINATION, odd, true),
      new NftExpression.Address(Side.DESTINATION, host, false),
      new NftExpression.Address(Side.SOURCE, all, false),
      new NftExpression.Addresses(Side.SOURCE, List.of(net, odd, host, last), false),
      new NftExpression.Addresses(Side.DESTINATION, List.of(host), true),
      new NftExpression.Addresses(Side.SOURCE, List.of(), false),
      new NftExpression.InSet(Side.SOURCE, "a", false),
      new NftExpression.InSet(Side.DESTINATION, "p", true),
      new NftExpression.InPortSet(Side.DESTINATION, "e", false),
      new NftExpression.InPortSet(Side.SOURCE, "e", true),
      new NftExpression.Icmp(8, Optional.of(0), false),
      new NftExpression.Icmp(8, Optional.empty(), true),
      new NftExpression.CtState(Set.of(State.ESTABLISHED, State.RELATED)),
      new NftExpression.CtDnat(false),
      new NftExpression.CtDnat(true),
      new NftExpression.MarkIs(0x10000, 0x10000, false),
      new NftExpression.MarkIs(0x10000, 0, true),
      new NftExpression.LocalAddress(Side.DESTINATION, true),
      new NftExpression.Limit(5, 60, 7),
      new NftExpression.RateOver(5, 7),
      new NftExpression.ConnectionsOver(5),
      new NftExpression.SetDscp(46),
      new NftExpression.Counter(),
      new NftExpression.SetMark(0x30000, 0x10000),
      new NftExpression.Log("calico-drop: ")
    };
    var rules = new ArrayList<NftRule>();
    for (NftExpression condition : conditions) {
      rules.add(rule(condition, NftExpression.ACCEPT));
    }
    for (boolean negated : new boolean[] {false, true}) {
      rules.add(
          rule(
              tcp(),
              new NftExpression.Ports(
                  Side.DESTINATION,
                  List.of(
                      new PortRange(80, 80), new PortRange(81, 90), new PortRange(60_000, 65_535)),
                  negated)));
      rules.add(
          rule(
              tcp(),
              new NftExpression.Ports(Side.SOURCE, List.of(new PortRange(1, 1023)), negated)));
      rules.add(
          rule(tcp(), new NftExpression.Ports(Side.SOURCE, List.of(PortRange.of(80)), negated)));
    }
    rules.add(rule(new NftExpression.InterfaceMap(Direction.IN, "m")));
    rules.add(rule(new NftExpression.Jump("ep2")));
    rules.add(rule(tcp(), new NftExpression.Reject(true)));
    rules.add(rule(new NftExpression.Reject(false)));
    rules.add(rule(NftExpression.RETURN));
    return table(
        family,
        sets,
        base("forward", "filter", NftChain.Hook.FORWARD, rules.toArray(NftRule[]::new)),
        base(
            "raw",
            "filter",
            NftChain.Hook.PREROUTING,
            rule(new NftExpression.ReversePathFails(false), NftExpression.DROP),
            rule(new NftExpression.ReversePathFails(true), NftExpression.DROP),
            rule(new NftExpression.NoTrack())),
        base(
            "nat",
            "nat",
            NftChain.Hook.POSTROUTING,
            rule(tcp(), new NftExpression.Masquerade(Optional.of(new PortRange(1024, 2048)), true)),
            rule(tcp(), new NftExpression.Snat(host.address(), Optional.of(PortRange.of(1024)))),
            rule(new NftExpression.Snat(host.address(), Optional.empty())),
            rule(new NftExpression.Masquerade(Optional.empty(), true))),
        base("dnat", "nat", NftChain.Hook.PREROUTING, rule(new NftExpression.Dnat(host.address()))),
        chain("ep1", rule(new NftExpression.Goto("ep2"))),
        chain("ep2", rule(NftExpression.DROP)));
  }

  @ParameterizedTest
  @EnumSource
  void everyExpressionIsTakenAndRecognised(Which which) throws Exception {
    Kernel kernel = kernel(which);
    NftTable[] desired = {everything(NftFamily.IP), everything(NftFamily.IP6)};

    assertThat(reach(kernel, desired)).isNotEmpty();
    if (which == Which.LIVE) {
      System.out.println(nftListing());
    }
    assertThat(reach(kernel, desired)).isEmpty();
    assertThat(reach(kernel)).hasSize(2);
    assertThat(kernel.nft().read(IP, "brindle")).isEmpty();
  }

  /// What nft(8) makes of it, in the namespace of the kernel that was opened last.
  private String nftListing() throws IOException, InterruptedException {
    if (!Files.isExecutable(Path.of("/usr/sbin/nft"))) {
      return "nft(8) is not installed";
    }
    NetworkNamespace namespace = ((LiveKernel) open.getLast()).namespace();
    Process process =
        namespace.call(
            () ->
                new ProcessBuilder("/usr/sbin/nft", "list", "ruleset")
                    .redirectErrorStream(true)
                    .start());
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }

  @ParameterizedTest
  @EnumSource
  void aTableOfBothFamilies(Which which) {
    Kernel kernel = kernel(which);
    NftTable desired =
        table(
            NftFamily.INET,
            List.of(),
            base(
                "input",
                "filter",
                NftChain.Hook.INPUT,
                rule(new NftExpression.Address(Side.SOURCE, Cidr.parse("10.0.0.0/8"), false)),
                rule(new NftExpression.Address(Side.SOURCE, Cidr.parse("fd00::/7"), true)),
                rule(new NftExpression.Reject(false))));

    reach(kernel, desired);
    assertThat(reach(kernel, desired)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void prefixesThatOverlapComeAndGoInAnyOrder(Which which) {
    Kernel kernel = kernel(which);
    String[] pool = {
      "10.0.0.0/8",
      "10.0.0.0/9",
      "10.128.0.0/9",
      "10.0.0.0/24",
      "10.0.1.0/24",
      "10.0.0.0/23",
      "10.0.0.5/32",
      "10.0.0.4/32",
      "10.0.0.4/31",
      "255.255.255.255/32",
      "255.0.0.0/8",
      "0.0.0.0/1",
      "192.0.2.0/24"
    };
    long seed = 20_260_101;
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      String[] chosen =
          Arrays.stream(pool).filter(_ -> random.nextInt(3) == 0).toArray(String[]::new);
      reach(kernel, table(IP, List.of(new NftSet("p", NftSet.Key.PREFIX, false, nets(chosen)))));
      assertThat(elements(kernel, "p")).isEqualTo(notInsideAnother(chosen));
    }
  }

  private static Set<NftElement> notInsideAnother(String... chosen) {
    Set<NftElement> rest = new HashSet<>();
    for (String text : chosen) {
      Cidr cidr = Cidr.parse(text);
      boolean isInside =
          Arrays.stream(chosen)
              .map(Cidr::parse)
              .anyMatch(other -> !other.equals(cidr) && other.contains(cidr));
      if (!isInside) {
        rest.add(new NftElement.Net(cidr));
      }
    }
    return rest;
  }

  @ParameterizedTest
  @EnumSource
  void oneEndpointMoreIsFewChanges(Which which) {
    Kernel kernel = kernel(which);
    NftSet one = dispatch(new NftElement.GoTo("cali1", "ep1"));
    NftChain ep1 = chain("ep1", rule(NftExpression.ACCEPT));
    NftChain dispatching =
        base(
            "forward",
            "filter",
            NftChain.Hook.FORWARD,
            rule(new NftExpression.InterfaceMap(Direction.IN, "m")));
    reach(kernel, table(IP, List.of(one), dispatching, ep1));

    NftSet two = dispatch(new NftElement.GoTo("cali1", "ep1"), new NftElement.GoTo("cali2", "ep2"));
    NftChain ep2 = chain("ep2", rule(NftExpression.DROP));
    assertThat(reach(kernel, table(IP, List.of(two), dispatching, ep1, ep2)))
        .extracting(change -> change.getClass().getSimpleName())
        .containsExactly("PutChain", "AddElements", "SetRules");

    NftSet moved = dispatch(new NftElement.GoTo("cali1", "ep2"));
    assertThat(reach(kernel, table(IP, List.of(moved), dispatching, ep2)))
        .extracting(change -> change.getClass().getSimpleName())
        .containsExactly("RemoveElements", "AddElements", "SetRules", "RemoveChain");
    assertThat(elements(kernel, "m")).isEqualTo(moved.elements());
  }

  private static NftSet dispatch(NftElement... elements) {
    return new NftSet("m", NftSet.Key.INTERFACE, true, Set.of(elements));
  }

  @ParameterizedTest
  @EnumSource
  void aSetOfAnotherKindIsMadeAnew(Which which) {
    Kernel kernel = kernel(which);
    NftChain user =
        base(
            "forward",
            "filter",
            NftChain.Hook.FORWARD,
            rule(new NftExpression.InSet(Side.SOURCE, "s", false)),
            rule(new NftExpression.InterfaceMap(Direction.IN, "m")));
    NftSet map = dispatch(new NftElement.GoTo("cali1", "ep1"));
    NftChain ep1 = chain("ep1", rule(NftExpression.DROP));
    reach(
        kernel,
        table(
            IP,
            List.of(map, new NftSet("s", NftSet.Key.ADDRESS, false, nets("10.0.0.1"))),
            user,
            ep1));

    NftTable desired =
        table(
            IP,
            List.of(map, new NftSet("s", NftSet.Key.PREFIX, false, nets("10.0.0.0/24"))),
            base("forward", "filter", NftChain.Hook.INPUT, user.rules().toArray(NftRule[]::new)),
            ep1);
    reach(kernel, desired);

    assertThat(elements(kernel, "s")).isEqualTo(nets("10.0.0.0/24"));
    assertThat(reach(kernel, desired)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aRefusedTransactionChangesNothing(Which which) {
    Kernel kernel = kernel(which);
    reach(kernel, table(IP, List.of(), chain("a")));

    var change =
        new NftTransaction(
            List.of(
                new NftChange.PutChain(IP, "brindle", chain("b")),
                new NftChange.SetRules(
                    IP, "brindle", "a", List.of(rule(new NftExpression.Jump("none"))))));
    assertThatThrownBy(() -> kernel.nft().run(change))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    assertThat(kernel.nft().read(IP, "brindle").orElseThrow().chains()).containsOnlyKeys("a");
  }

  @Test
  void everyRefusedChangeIsNamed() {
    Kernel kernel = kernel(Which.LIVE);
    NftRule never = rule(new NftExpression.Limit(0, 60, 5));
    NftTable desired =
        table(
            IP,
            List.of(),
            chain("bad1", rule(NftExpression.ACCEPT), never),
            chain("bad2", never),
            chain("good", rule(NftExpression.DROP)));

    assertThatThrownBy(() -> reach(kernel, desired))
        .isInstanceOfSatisfying(
            NftRefusedException.class,
            e -> {
              assertThat(e).hasMessageContaining("add to chain bad1");
              assertThat(e.refused())
                  .extracting(refused -> ((NftChange.SetRules) refused.change()).chain())
                  .containsExactly("bad1", "bad2");
            });
    assertThat(kernel.nft().read(IP, "brindle")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsInUseStays(Which which) {
    Kernel kernel = kernel(which);
    reach(
        kernel,
        table(
            IP,
            List.of(new NftSet("s", NftSet.Key.ADDRESS, false, Set.of())),
            chain("a", rule(new NftExpression.InSet(Side.SOURCE, "s", false))),
            chain("b", rule(new NftExpression.Jump("a")))));

    for (NftChange change :
        List.of(
            new NftChange.RemoveSet(IP, "brindle", "s"),
            new NftChange.RemoveChain(IP, "brindle", "a"))) {
      assertThatThrownBy(() -> kernel.nft().run(new NftTransaction(List.of(change))))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
    }
  }

  @ParameterizedTest
  @EnumSource
  void chainsCannotGoRoundInCircles(Which which) {
    Kernel kernel = kernel(which);
    NftTable desired =
        table(
            IP,
            List.of(),
            base("in", "filter", NftChain.Hook.INPUT, rule(new NftExpression.Jump("a"))),
            chain("a", rule(new NftExpression.Jump("b"))),
            chain("b", rule(new NftExpression.Jump("a"))));

    assertThatThrownBy(() -> reach(kernel, desired)).isInstanceOf(KernelException.class);
    assertThat(kernel.nft().read(IP, "brindle")).isEmpty();
    reach(kernel, table(IP, List.of(), chain("a"))); // the socket is fit for more
  }

  @ParameterizedTest
  @EnumSource
  void manyElementsAtOnce(Which which) {
    Kernel kernel = kernel(which);
    Set<NftElement> many =
        IntStream.range(0, which == Which.LIVE ? 10_000 : 100)
            .mapToObj(i -> new NftElement.Net(Cidr.host(IpAddress.parse("10.0.0.0").plus(i))))
            .collect(Collectors.toSet());
    long start = System.nanoTime();
    reach(kernel, table(IP, List.of(new NftSet("a", NftSet.Key.ADDRESS, false, many))));
    System.out.printf(
        "%s: %d elements in %d ms%n", which, many.size(), (System.nanoTime() - start) / 1_000_000);
    assertThat(elements(kernel, "a")).isEqualTo(many);
  }

  /// What a socket takes in a user namespace, where `net.core.wmem_max` cannot be exceeded.
  private static final int WMEM_MAX = 212_992;

  @Test
  void whatOneSendCannotCarryComesInSteps() {
    assumeTrue(
        JnrLibc.get().effectiveUser() == 0,
        "needs root, of the machine or of a user namespace (unshare -Urnm)");
    var buffers = new NetlinkSocket.Buffers(WMEM_MAX, WMEM_MAX, false);
    Kernel kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()), buffers);
    open.add(kernel);
    NftTable first = big(25_000, NftExpression.ACCEPT);
    assertThat(NftMessages.size(NftPlan.between(List.of(first), List.of()).changes()))
        .isGreaterThan(4 * WMEM_MAX);

    long start = System.nanoTime();
    reach(kernel, first);
    System.out.printf("in steps: %d ms%n", (System.nanoTime() - start) / 1_000_000);
    assertThat(reach(kernel, first)).isEmpty();

    NftTable second = big(60_000, NftExpression.DROP); // every policy and half of the members
    assertThat(reach(kernel, second)).isNotEmpty();
    assertThat(reach(kernel, second)).isEmpty();

    NftTable third = big(60_001, NftExpression.DROP);
    assertThat(reach(kernel, third)).singleElement().isInstanceOf(NftChange.AddElements.class);

    assertThat(reach(kernel)).hasSize(1);
    assertThat(kernel.nft().read(IP, "brindle")).isEmpty();
  }

  /// A set, 500 policies with rules that use it, and a way in.
  private static NftTable big(int members, NftExpression verdict) {
    Set<NftElement> elements =
        IntStream.range(0, members)
            .mapToObj(i -> new NftElement.Net(Cidr.host(IpAddress.parse("10.0.0.0").plus(2L * i))))
            .collect(Collectors.toSet());
    var chains = new ArrayList<NftChain>();
    var jumps = new ArrayList<NftRule>();
    for (int i = 0; i < 500; i++) {
      var rules = new ArrayList<NftRule>();
      for (int port = 1; port <= 5; port++) {
        rules.add(
            rule(
                tcp(),
                new NftExpression.Ports(Side.DESTINATION, List.of(PortRange.of(port)), false),
                new NftExpression.InSet(Side.SOURCE, "s", false),
                verdict));
      }
      chains.add(chain("policy" + i, rules.toArray(NftRule[]::new)));
      jumps.add(rule(new NftExpression.Jump("policy" + i)));
    }
    chains.add(base("forward", "filter", NftChain.Hook.FORWARD, jumps.toArray(NftRule[]::new)));
    return table(
        IP,
        List.of(new NftSet("s", NftSet.Key.PREFIX, false, elements)),
        chains.toArray(NftChain[]::new));
  }

  @Test
  void whatCannotBeDividedIsRefusedByName() {
    assumeTrue(
        JnrLibc.get().effectiveUser() == 0,
        "needs root, of the machine or of a user namespace (unshare -Urnm)");
    var buffers = new NetlinkSocket.Buffers(WMEM_MAX, WMEM_MAX, false);
    Kernel kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()), buffers);
    open.add(kernel);
    NftRule[] rules =
        IntStream.range(0, 3000)
            .mapToObj(i -> rule(new NftExpression.MarkIs(0xffff, i, false), NftExpression.DROP))
            .toArray(NftRule[]::new);

    assertThatThrownBy(() -> reach(kernel, table(IP, List.of(), chain("long", rules))))
        .isInstanceOfSatisfying(
            NftRefusedException.class,
            e -> {
              assertThat(e.errno()).isEqualTo(Errno.EMSGSIZE);
              assertThat(e).hasMessageContaining("chain long").hasMessageContaining("wmem_max");
              assertThat(e.refused())
                  .singleElement()
                  .extracting(refused -> ((NftChange.SetRules) refused.change()).chain())
                  .isEqualTo("long");
            });
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsThereAtFirst(Which which) {
    Kernel kernel = kernel(which);
    assertThat(kernel.nft().read(IP, "brindle")).isEmpty();
    assertThat(reach(kernel)).isEmpty();
    kernel.nft().run(new NftTransaction(List.of(new NftChange.RemoveTable(IP, "brindle"))));
  }
}
