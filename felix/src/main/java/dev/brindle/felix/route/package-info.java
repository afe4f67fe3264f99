// SPDX-License-Identifier: Apache-2.0
/// Routes and tunnels between the nodes of the cluster.
@NullMarked
package dev.brindle.felix.route;

import org.jspecify.annotations.NullMarked;
