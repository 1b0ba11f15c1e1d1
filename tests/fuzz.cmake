turnpike_fuzz(log USES telemetry)
turnpike_fuzz(head USES http)
turnpike_fuzz(chunks USES http)
turnpike_fuzz(user_agent USES identity)
