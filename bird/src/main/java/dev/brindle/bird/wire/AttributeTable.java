// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import java.util.Optional;

/// Which codec belongs to which type. Complete: the switch has no default.
final class AttributeTable {

  private AttributeTable() {}

  static Optional<AttributeCodec<?>> of(int code) {
    return AttributeType.of(code).map(AttributeTable::codec);
  }

  static AttributeCodec<?> codec(AttributeType type) {
    return switch (type) {
      case ORIGIN -> OriginCodec.INSTANCE;
      case AS_PATH -> AsPathCodec.INSTANCE;
      case NEXT_HOP -> NextHopCodec.INSTANCE;
      case MULTI_EXIT_DISC -> MultiExitDiscCodec.INSTANCE;
      case LOCAL_PREF -> LocalPrefCodec.INSTANCE;
      case ATOMIC_AGGREGATE -> AtomicAggregateCodec.INSTANCE;
      case AGGREGATOR -> AggregatorCodec.INSTANCE;
      case COMMUNITIES -> CommunitiesCodec.INSTANCE;
      case ORIGINATOR_ID -> OriginatorIdCodec.INSTANCE;
      case CLUSTER_LIST -> ClusterListCodec.INSTANCE;
      case MP_REACH_NLRI -> MpReachCodec.INSTANCE;
      case MP_UNREACH_NLRI -> MpUnreachCodec.INSTANCE;
      case EXTENDED_COMMUNITIES -> ExtendedCommunitiesCodec.INSTANCE;
      case AS4_PATH -> As4PathCodec.INSTANCE;
      case AS4_AGGREGATOR -> As4AggregatorCodec.INSTANCE;
      case IPV6_EXTENDED_COMMUNITIES -> Ipv6ExtendedCommunitiesCodec.INSTANCE;
      case LARGE_COMMUNITIES -> LargeCommunitiesCodec.INSTANCE;
      case ONLY_TO_CUSTOMER -> OnlyToCustomerCodec.INSTANCE;
    };
  }
}
