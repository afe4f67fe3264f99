// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.Conntrack;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.kernel.Neighbours;
import dev.brindle.linux.kernel.Nft;
import dev.brindle.linux.kernel.RouteTable;
import dev.brindle.linux.kernel.Sysctl;
import dev.brindle.linux.kernel.TrafficControl;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.libc.NetlinkSocket.Buffers;
import dev.brindle.linux.libc.NetlinkSocket.Family;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkSetup;
import dev.brindle.linux.netlink.CalicoRemainsMessages;
import dev.brindle.linux.netlink.ForeignRuleMessages;
import dev.brindle.linux.netlink.IpSetMessages;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.Refusal;
import dev.brindle.linux.nft.CalicoRemains;
import dev.brindle.linux.nft.ForeignChain;
import java.nio.file.Path;
import java.util.List;

/// The running kernel, as one network namespace sees it.
public final class LiveKernel implements Kernel {

  private final NetworkNamespace namespace;
  private final LazySocket routeSocket;
  private final LazySocket netfilterSocket;
  private final LiveLinks links;
  private final LiveRoutes routes;
  private final LiveNeighbours neighbours;
  private final LiveNft nft;
  private final LiveConntrack conntrack;
  private final LiveSysctl sysctl;
  private final LiveTrafficControl traffic;

  private LiveKernel(Libc libc, NetworkNamespace namespace, Buffers buffers) {
    this.namespace = namespace;
    routeSocket = new LazySocket(libc, namespace, Family.ROUTE, buffers);
    netfilterSocket = new LazySocket(libc, namespace, Family.NETFILTER, buffers);
    links = new LiveLinks(libc, namespace, routeSocket);
    routes =
        new LiveRoutes(
            routeSocket,
            () -> namespace.call(() -> NetlinkSocket.open(libc, Family.ROUTE, buffers)),
            links,
            listener ->
                RouteWatch.start(
                    libc, namespace, buffers, links.list(), routeSocket.get().port(), listener));
    neighbours = new LiveNeighbours(routeSocket, links);
    nft = new LiveNft(netfilterSocket);
    conntrack = new LiveConntrack(netfilterSocket);
    sysctl = new LiveSysctl(libc, namespace, routeSocket);
    traffic = new LiveTrafficControl(routeSocket);
  }

  /// The namespace the process runs in.
  public static LiveKernel open() {
    return in(NetworkNamespace.current(JnrLibc.get()));
  }

  /// @param namespace path such as `/run/netns/pod1` or `/proc/123/ns/net`
  /// @throws dev.brindle.linux.kernel.KernelException ENOENT if there is no such file
  /// @throws IllegalArgumentException if it is no namespace
  public static LiveKernel open(Path namespace) {
    return in(NetworkNamespace.open(JnrLibc.get(), namespace));
  }

  /// @param namespace closed together with the kernel
  public static LiveKernel in(NetworkNamespace namespace) {
    return in(namespace, Buffers.LARGEST);
  }

  /// The same with socket buffers of a chosen size.
  public static LiveKernel in(NetworkNamespace namespace, Buffers buffers) {
    return new LiveKernel(JnrLibc.get(), namespace, buffers);
  }

  /// The namespace it looks at; closed together with it.
  public NetworkNamespace namespace() {
    return namespace;
  }

  @Override
  public RouteTable routes() {
    return routes;
  }

  @Override
  public Links links() {
    return links;
  }

  @Override
  public Neighbours neighbours() {
    return neighbours;
  }

  @Override
  public Nft nft() {
    return nft;
  }

  @Override
  public Sysctl sysctl() {
    return sysctl;
  }

  @Override
  public Conntrack conntrack() {
    return conntrack;
  }

  @Override
  public TrafficControl traffic() {
    return traffic;
  }

  /// All chains of nf_tables in the namespace, whoever made them; iptables-nft makes such ones too.
  ///
  /// @throws dev.brindle.linux.kernel.KernelException if the kernel has no nf_tables
  public List<ForeignChain> foreignChains() {
    List<ForeignChain> chains =
        netfilterSocket.list(ForeignRuleMessages::listChains, ForeignRuleMessages::chain);
    return ForeignRuleMessages.together(
        chains, netfilterSocket.list(ForeignRuleMessages::listRules, ForeignRuleMessages::rule));
  }

  /// All chains of the old iptables, which nf_tables knows nothing of; none where nobody uses it.
  ///
  /// @throws dev.brindle.linux.kernel.KernelException EPERM without CAP_NET_ADMIN
  public List<ForeignChain> oldChains() {
    return namespace.call(() -> OldIptablesTables.chains(JnrLibc.get()));
  }

  /// Removes from the old iptables what Calico's own agent left there. Each table is replaced as
  /// a whole, with what others have in it; counters begin anew.
  ///
  /// @return tables of it that there are
  /// @throws dev.brindle.linux.kernel.KernelException EAGAIN if others go on changing one
  public int removeOldCalico() {
    return namespace.call(() -> OldIptablesTables.clean(JnrLibc.get()));
  }

  /// What Calico's own agent left in nf_tables and in IP sets.
  ///
  /// @throws dev.brindle.linux.kernel.KernelException if the kernel has no nf_tables
  public CalicoRemains calicoRemains() {
    return CalicoRemains.among(
        foreignChains(),
        netfilterSocket.list(ForeignRuleMessages::listRules, CalicoRemainsMessages::rule),
        ipSets());
  }

  /// Names of all IP sets; none where the kernel has no such thing.
  private List<String> ipSets() {
    try {
      return netfilterSocket.list(IpSetMessages::listNames, IpSetMessages::name);
    } catch (KernelException e) {
      if (e.errno().equals(Errno.EINVAL) || e.errno().equals(Errno.EOPNOTSUPP)) {
        return List.of(); // nfnetlink knows no ip_set
      }
      throw e;
    }
  }

  /// Removes rules, chains and tables in one transaction, then the sets, one by one.
  ///
  /// @return sets that are still used: the kernel frees rules a little later than it removes them
  /// @throws dev.brindle.linux.kernel.KernelException if they are not there any more as they were
  ///     read; nothing is changed then
  public List<String> remove(CalicoRemains remains) {
    if (!remains.hasNoRules()) {
      var batch = new MessageWriter();
      CalicoRemainsMessages.remove(batch, remains);
      for (Refusal refusal : netfilterSocket.get().transact(batch)) {
        throw refusal.asException("remove Calico's rules");
      }
    }
    return remains.ipSets().stream()
        .filter(set -> netfilterSocket.refusal(out -> IpSetMessages.destroy(out, set)).isPresent())
        .toList();
  }

  /// In one send: the kernel works through it in order.
  @Override
  public void setUp(LinkSetup setup) {
    int index =
        links
            .find(setup.device())
            .map(Link::index)
            .orElseThrow(
                () -> new KernelException("find interface " + setup.device(), Errno.ENODEV));
    LinkBatch.of(index, setup).run(routeSocket.get());
  }

  @Override
  public void close() {
    routeSocket.close();
    netfilterSocket.close();
    namespace.close();
  }
}
