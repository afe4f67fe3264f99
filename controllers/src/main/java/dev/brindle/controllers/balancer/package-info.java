// SPDX-License-Identifier: Apache-2.0
/// Which addresses services of type LoadBalancer are to have: functions on values.
@NullMarked
package dev.brindle.controllers.balancer;

import org.jspecify.annotations.NullMarked;
