// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.label.Selector;
import dev.brindle.api.label.SelectorSyntaxException;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpPool;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Which pools a request may take from.
final class PoolChoice {

  private static final String NONE = "cannot find a qualified ippool";

  private final List<IpPool> all;
  private final List<IpPool> enabled;

  private PoolChoice(List<IpPool> all) {
    this.all = all;
    this.enabled = all.stream().filter(PoolChoice::isEnabled).toList();
  }

  /// @param pools all there are, in order of their names
  static PoolChoice of(List<IpPool> pools, IpFamily family) {
    return new PoolChoice(
        pools.stream().filter(pool -> pool.spec().cidr().family() == family).toList());
  }

  static boolean isEnabled(IpPool pool) {
    return pool.isAllocatable() && hasPossibleBlocks(pool.spec());
  }

  /// Whether it depends on a node's labels who may use a pool.
  static boolean asksForLabels(IpPool pool) {
    String selector = pool.spec().nodeSelector();
    return !(selector.isEmpty() || selector.equals("all()"));
  }

  /// Calico's bounds: /20 to /32, /116 to /128, and no larger than the pool.
  private static boolean hasPossibleBlocks(IpPool.Spec pool) {
    int bits = pool.cidr().family().bits();
    int size = pool.blockSize();
    return size <= bits && size >= bits - 12 && size >= pool.cidr().length();
  }

  /// @throws IpamException if there are none, saying why
  List<IpPool> fitting(AssignRequest request, IpFamily family, Map<String, String> nodeLabels) {
    if (enabled.isEmpty()) {
      throw new IpamException(NONE + ": create or enable an %s pool".formatted(family));
    }
    List<Cidr> wanted = request.pools().stream().filter(pool -> pool.family() == family).toList();
    List<IpPool> candidates =
        wanted.isEmpty()
            ? selected(request, nodeLabels)
            : wanted.stream().map(this::requested).toList();
    List<IpPool> usable =
        candidates.stream()
            .filter(pool -> pool.spec().allowedUses().contains(request.use()))
            .toList();
    if (usable.isEmpty()) {
      throw new IpamException(
          NONE + ", no pools match the required use (%s)".formatted(request.use()));
    }
    return usable;
  }

  private IpPool requested(Cidr cidr) {
    return enabled.stream()
        .filter(pool -> pool.spec().cidr().equals(cidr))
        .findFirst()
        .orElseThrow(
            () ->
                new IpamException(
                    "the given pool (%s) does not exist, or is not enabled: %s"
                        .formatted(cidr, why(each -> each.spec().cidr().equals(cidr)))));
  }

  /// Why none of the enabled pools is it, and what to do.
  private String why(Predicate<IpPool> isIt) {
    return all.stream()
        .filter(isIt)
        .findFirst()
        .map(pool -> "IPPool %s is that, but %s".formatted(pool.metadata().name(), obstacle(pool)))
        .orElseGet(
            () ->
                "enabled are %s"
                    .formatted(
                        enabled.stream()
                            .map(
                                pool ->
                                    "%s (%s)".formatted(pool.metadata().name(), pool.spec().cidr()))
                            .collect(Collectors.joining(", ", "[", "]"))));
  }

  private static String obstacle(IpPool pool) {
    if (pool.spec().disabled()) {
      return "has disabled: true; set that to false";
    }
    return hasPossibleBlocks(pool.spec())
        ? "is being removed, or its status says that it is not Allocatable"
        : "has an impossible blockSize of %d".formatted(pool.spec().blockSize());
  }

  private List<IpPool> selected(AssignRequest request, Map<String, String> nodeLabels) {
    List<IpPool> selected =
        enabled.stream()
            .filter(pool -> pool.spec().assignmentMode() == IpPool.AssignmentMode.AUTOMATIC)
            .filter(
                pool ->
                    request.use() == IpPool.AllowedUse.LOAD_BALANCER
                        || selectsNode(pool, nodeLabels))
            .filter(pool -> selectsNamespace(pool, request.namespaceLabels()))
            .toList();
    if (selected.isEmpty()) {
      throw new IpamException(
          "no configured Calico pools for node %s: create an IPPool whose selectors fit it"
              .formatted(request.node()));
    }
    return selected;
  }

  /// Whether any pod of a node may get its addresses without asking for the pool by name.
  static boolean isForReserve(IpPool pool, Map<String, String> nodeLabels) {
    return isForWorkloads(pool)
        && pool.spec().assignmentMode() == IpPool.AssignmentMode.AUTOMATIC
        && selectsNode(pool, nodeLabels);
  }

  static boolean isForWorkloads(IpPool pool) {
    return isEnabled(pool) && pool.spec().allowedUses().contains(IpPool.AllowedUse.WORKLOAD);
  }

  static boolean selectsNode(IpPool pool, Map<String, String> labels) {
    return matches(pool, "nodeSelector", pool.spec().nodeSelector(), labels);
  }

  private static boolean selectsNamespace(IpPool pool, Map<String, String> labels) {
    return pool.spec().namespaceSelector().isEmpty()
        || matches(pool, "namespaceSelector", pool.spec().namespaceSelector(), labels);
  }

  private static boolean matches(
      IpPool pool, String field, String selector, Map<String, String> labels) {
    try {
      return Selector.parse(selector).matches(labels);
    } catch (SelectorSyntaxException e) {
      throw new IpamException("%s: %s: %s".formatted(pool.key(), field, e.getMessage()));
    }
  }

  /// The pool of a given address, if that may be used so.
  ///
  /// @throws IpamException if it is in no pool, or in one for other uses
  IpPool containing(IpAddress address, Optional<IpPool.AllowedUse> use) {
    IpPool pool =
        enabled.stream()
            .filter(candidate -> candidate.spec().cidr().contains(address))
            .findFirst()
            .orElseThrow(
                () ->
                    new IpamException(
                        "The provided IP address is not in a configured pool: %s: %s"
                            .formatted(
                                address, why(each -> each.spec().cidr().contains(address)))));
    if (use.isPresent() && !pool.spec().allowedUses().contains(use.get())) {
      throw new IpamException(
          "IP address %s is in IP pool \"%s\", which is not allowed for use \"%s\" (allowedUses: %s)"
              .formatted(
                  address,
                  pool.metadata().name(),
                  use.get(),
                  pool.spec().allowedUses().stream()
                      .map(Object::toString)
                      .collect(Collectors.joining(" ", "[", "]"))));
    }
    return pool;
  }
}
