// Package provoke makes counterexamples happen on real kernels.
//
// A counterexample of the model is turned into a reproducer: a program that does what the scenario's threads do, and a
// kernel module that holds tasks at functions until others have got so far. Which tasks, where and until when is found by
// exploring the model (Extract). The reproducer is booted by package lab, and says whether it happened or what stood in
// the way.
package provoke
