turnpike_bench(http USES http)
turnpike_bench(coroutine USES core)
turnpike_bench(identity USES identity)
turnpike_bench(policy USES policy identity)
